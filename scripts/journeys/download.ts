// The key d on a file, until it is complete on disk. Nothing is drawn meanwhile.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { dispatch } from "../../source/keys/dispatch.ts";
import { createProgram } from "../../source/store/program.ts";
import { currentRow } from "../../source/store/selectors/table.ts";
import type { Row } from "../../source/store/state/row.ts";
import { createTitleAndProgress } from "../../source/terminal/title-and-progress.ts";
import { programOptionsOf } from "../../source/ui/process-events.ts";
import { servicesFrom } from "../../source/ui/services.ts";
import { beginJourney, endJourney } from "./coverage.ts";
import { openParts } from "./program.ts";
import { bucket, fileName, packageName, startService } from "./service.ts";

const service = await startService();
const { close, parts } = await openParts(service.folder);
const services = servicesFrom(parts.account, parts, {
  lease: {},
  leave: () => undefined,
  settings: () => program.store.getState().settings,
  titleAndProgress: createTitleAndProgress(parts.stdout, {}),
});
const program = createProgram(services, {
  ...programOptionsOf(parts),
  bucket,
  package: packageName,
});

/** Resolves when `isSo` is true, which is looked at after each change. */
function until(subscribe: (look: () => void) => () => void, isSo: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (!isSo()) return;
      stop();
      resolve();
    };
    const stop = subscribe(look);
    look();
  });
}

const rowIs = (kind: Row["kind"]) =>
  until(program.store.subscribe, () => currentRow(program.store.getState())?.kind === kind);

await program.actions.resume();
await rowIs("file-set");
dispatch(program, { name: "enter" });
await rowIs("file");
beginJourney();
dispatch(program, { name: "d", text: "d" });
const { transfers } = parts.account;
await until(transfers.subscribe, () =>
  transfers.snapshot().transfers.some(({ state }) => state === "saved"),
);
endJourney();
if (!existsSync(join(service.folder, fileName))) throw new Error("The file is not there.");
await close();
await service.close();
