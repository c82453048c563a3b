import process from "node:process";
import { compose, composeTransfers } from "../../source/app/compose.ts";
import { readEnvironment } from "../../source/config/environment.ts";
import { toTransferFile } from "../../source/domain/entities.ts";

/** Fetches FILE_IDS into DIRECTORY as the terminal program does: together with the queue of an earlier process. */
const environment = readEnvironment(process.env);
const parts = await compose(environment, () => undefined);
await parts.auth.resume();
const engine = composeTransfers(environment, parts, { isInteractive: true });
const directory = process.env["DIRECTORY"] ?? "";
for (const { id } of engine.snapshot().transfers) engine.resume(id);
const ids = (process.env["FILE_IDS"] ?? "").split(",").filter((id) => id !== "");
const listed = await Promise.all(ids.map((id) => parts.fileStore.file(id)));
engine.add(listed.map((file) => ({ file: toTransferFile(file), directory })));
process.stdout.write("queued\n");
await engine.idle();
await engine.stop();
await parts.auth.settled();
