import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { test as base } from "vitest";
import { type SandboxOptions, startSandbox } from "../../source/sandbox/sandbox.ts";
import { runHere } from "./program/call-here.ts";
import { type RunOptions, run, start } from "./program/run.ts";
import { shareCode } from "./program/shared-code.ts";
import { credentialsOf } from "./sandbox/credentials.ts";

const emptySandbox: SandboxOptions = { empty: true };

/**
 * Tests with what most of them need. Each is made for every test that names it, and removed after the test.
 * `test.extend` replaces one for a file, and `test.override` for a `describe`.
 */
export const test = base
  /** An empty folder. */
  .extend("folder", async ({ onTestFinished }) => {
    const folder = await mkdtemp(join(tmpdir(), "cfs-test-"));
    // A program that was killed or aborted may still be making a file.
    onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 20 }));
    return folder;
  })
  .extend("sandboxOptions", emptySandbox)
  .extend("sandbox", async ({ sandboxOptions }, { onCleanup }) => {
    const sandbox = await startSandbox(sandboxOptions);
    onCleanup(() => sandbox.close());
    return sandbox;
  })
  /** Variables of the built program: these sign it in at the sandbox and let it retry without a delay. */
  .extend(
    "variables",
    ({ sandbox }): Readonly<Record<string, string>> => ({
      ...credentialsOf(sandbox),
      CFS_RETRY_DELAY: "0",
    }),
  )
  /** Whether the program finds the code that calls of other tests have compiled. */
  .extend("sharesCode", true)
  /**
   * Whether `program.run` calls the command in this process, which takes a tenth of the time. That shows what
   * the command does, but not how the built program starts and ends.
   */
  .extend("runsHere", false)
  /** The built program. It runs in `folder` and has its settings there. */
  .extend("program", ({ folder, runsHere, sharesCode, variables }, { onCleanup }) => {
    const settings = join(folder, "settings");
    if (sharesCode) shareCode(join(settings, "cache"));
    const environment = { CFS_CONFIG_DIR: settings, ...variables };
    const inFolder = (more: RunOptions = {}): RunOptions => ({
      directory: folder,
      ...more,
      environment: { ...environment, ...more.environment },
    });
    if (runsHere) {
      const before = process.cwd();
      process.chdir(folder);
      onCleanup(() => process.chdir(before));
    }
    const runInProcess = (words: readonly string[], { input = "", ...more }: RunOptions = {}) =>
      runHere(words, {
        stdin: new PassThrough().end(input),
        variables: { ...environment, ...more.environment },
      });
    return {
      environment,
      run: (words: readonly string[], more?: RunOptions) =>
        runsHere ? runInProcess(words, more) : run(words, inFolder(more)),
      start: (words: readonly string[], more?: RunOptions) => start(words, inFolder(more)),
    };
  });
