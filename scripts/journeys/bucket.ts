// Enter on a bucket, until the rows of its packages are on the screen.
import { startTerminalProgram } from "../../source/ui/start.ts";
import { emulate } from "../../test/support/terminal/emulator.ts";
import { beginJourney, endJourney } from "./coverage.ts";
import { openParts } from "./program.ts";
import { bucket, packageName, startService } from "./service.ts";

const service = await startService();
const { close, parts, stdin, stdout } = await openParts(service.folder);
const ended = startTerminalProgram(parts);
const screen = emulate(stdout.columns, stdout.rows);
let shown = 0;

/** Resolves when `text` is on the screen. */
function until(text: string): Promise<void> {
  return new Promise((resolve) => {
    const look = async () => {
      const news = stdout.written.slice(shown);
      shown = stdout.written.length;
      await screen.write(news);
      if (!screen.text().join("\n").includes(text)) return;
      stdout.frames.off("write", look);
      resolve();
    };
    stdout.frames.on("write", look);
    void look();
  });
}

await until("Known buckets");
stdin.write(bucket);
await until(bucket);
beginJourney();
stdin.write("\r");
await until(packageName);
endJourney();
stdin.write("\u0003");
await ended;
await close();
await service.close();
