import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AppError } from "../base/errors.ts";
import { type Environment, readEnvironment } from "../config/environment.ts";
import { diskError } from "../files/disk.ts";
import { threadBeside } from "./built-assets.ts";

export type DemoKind = "fast" | "slow";

export interface Demo {
  /** Settings folder, deleted with the demo. */
  configDirectory: string;
  /** The call's environment with the sandbox as the service, once it has started. */
  environment: Promise<Environment>;
  close(): Promise<void>;
}

/** Removes every `--demo` before a `--`; the last one counts. */
export function readDemo(args: readonly string[]): { kind: DemoKind | undefined; rest: string[] } {
  const end = args.indexOf("--");
  const isDemo = (word: string, index: number) =>
    (end < 0 || index < end) && (word === "--demo" || word.startsWith("--demo="));
  const rest = args.filter((word, index) => !isDemo(word, index));
  const last = args.filter(isDemo).at(-1);
  if (last === undefined) return { kind: undefined, rest };
  const speed = last === "--demo" ? "fast" : last.slice("--demo=".length);
  if (speed !== "fast" && speed !== "slow") {
    throw new AppError({
      kind: "usage",
      tried: "Reading --demo",
      answered: `"${speed}" is not a kind of demo`,
      advice: "Write --demo or --demo=slow.",
    });
  }
  return { kind: speed, rest };
}

/** Starts the sandbox in another thread, with its own settings folder, without waiting for it. */
export function startDemo(kind: DemoKind): Demo {
  const configDirectory = makeDemoFolder();
  const starting = import("../sandbox/demo.ts").then(({ startDemoSandbox }) =>
    startDemoSandbox({ slow: kind === "slow", worker: threadBeside("sandbox-worker.js") }),
  );
  const environment = starting.then((sandbox) => ({
    ...readEnvironment({
      ...process.env,
      RDP_HOST: sandbox.host,
      RDP_USERNAME: sandbox.username,
      RDP_PASSWORD: sandbox.password,
      RDP_APP_KEY: sandbox.appKey,
      CFS_CONFIG_DIR: configDirectory,
      CFS_PROFILE: undefined,
    }),
    objectHost: sandbox.objectHost,
    isDemo: true,
  }));
  // Without a reader a rejection must not end the process.
  environment.catch(() => undefined);
  return {
    configDirectory,
    environment,
    async close() {
      const sandbox = await starting.catch(() => undefined);
      await sandbox?.close();
      await removeDemoFolder(configDirectory);
    },
  };
}

/** Makes an empty settings folder, so that a demo neither uses nor changes the user's. */
export function makeDemoFolder(): string {
  try {
    return mkdtempSync(join(tmpdir(), "cfs-demo-"));
  } catch (thrown) {
    throw diskError(thrown, "Making a folder for the demo");
  }
}

/** If this fails, the system's cleanup of temporary files removes the folder later. */
export async function removeDemoFolder(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true }).catch(() => undefined);
}
