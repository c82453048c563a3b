import process from "node:process";
import { compose, composeTransfers } from "../../source/app/compose.ts";
import { readEnvironment } from "../../source/config/environment.ts";
import { toTransferFile } from "../../source/domain/entities.ts";

/** Fetches the file FILE_ID into DIRECTORY, and tells the parent how far it is, often, and how it ended. */
async function work(fileId: string, directory: string): Promise<void> {
  const environment = readEnvironment(process.env);
  const parts = await compose(environment, () => undefined);
  await parts.auth.resume();
  const listed = await parts.fileStore.file(fileId);
  const engine = composeTransfers(environment, parts, { isInteractive: false });
  engine.add([{ file: toTransferFile(listed), directory }]);
  let told: string | undefined;
  const tell = () => {
    const [transfer] = engine.snapshot().transfers;
    const message = {
      state: transfer?.state,
      sha256: transfer?.sha256,
      bytesFetched: transfer?.bytesFetched ?? 0,
      error: transfer?.error?.message,
      exitCode: transfer?.error?.exitCode,
    };
    // A message costs more than a look, so only news is sent.
    const news = JSON.stringify(message);
    if (news === told) return;
    told = news;
    process.send?.(message);
  };
  const timer = setInterval(tell, 5);
  await engine.idle();
  clearInterval(timer);
  tell();
  await engine.stop();
  await parts.auth.settled();
  process.disconnect?.();
}

await work(process.env["FILE_ID"] ?? "", process.env["DIRECTORY"] ?? "");
