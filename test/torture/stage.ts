import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import {
  type Sandbox,
  type SandboxFile,
  type SandboxOptions,
  startSandbox,
} from "../../source/sandbox/sandbox.ts";
import { modify } from "../crash/scenarios.ts";
import { type S3Double, startS3Double } from "../support/fakes/s3-store.ts";
import { type Ended, start } from "../support/program/run.ts";
import { bytesByPath, namesBelow } from "../support/sandbox/expected-files.ts";
import { startProxy } from "./proxy.ts";
import type { Scenario } from "./scenario.ts";
import { runScreens, type ScreenRun } from "./screens.ts";

/** A call that fails once. */
interface Fault {
  keys: readonly string[];
  code: string;
  /** The number of the call at this site. */
  nth?: number;
}

interface RunOptions {
  environment?: Readonly<Record<string, string>>;
  faults?: readonly Fault[];
  /** The log of the calls that could fail. */
  log?: string;
}

export interface Outcome extends Pick<Ended, "code" | "stderr" | "stdout"> {
  /** True if it was killed because it did not end. */
  hung: boolean;
  /** The number of faults that happened. */
  hits: number;
}

/** A service, and a folder that can be reset to its state before the call under test. */
export interface Stage {
  sandbox: Sandbox;
  folder: string;
  root: string;
  fileSetId: string;
  /** An object store, for scenarios that name its variables. */
  store: S3Double;
  /** The address of a proxy for any address. */
  proxy: string;
  files: readonly SandboxFile[];
  environment: Record<string, string>;
  /** Files that are not the service's and must stay unchanged, by path. */
  others: Map<string, string>;
  run(words: readonly string[], options?: RunOptions): Promise<Outcome>;
  login(): Promise<Outcome>;
  /** Creates the files that the call under test finds. */
  reset(): Promise<void>;
  change(name: string): void;
  /** Right contents by path below the folder. */
  wanted(): Promise<Map<string, Buffer>>;
  close(): Promise<void>;
}

const inject = new URL("../faults/inject.mjs", import.meta.url).href;
const skipDelays = fileURLToPath(new URL("../faults/skip-delays.cjs", import.meta.url));

/** Long enough for a busy machine; it only ends a process that would hang for ever. */
const patienceMs = 100_000;

function inMemory(): string {
  return fs.existsSync("/dev/shm") ? "/dev/shm" : os.tmpdir();
}

export async function openStage(program: string, scenario: Scenario): Promise<Stage> {
  // Near stores get one connection first; with this latency the files have two.
  const options: SandboxOptions = { empty: true, latencyMs: 10, ...scenario.sandbox };
  const sandbox = await startSandbox(options);
  sandbox.assumptions.tokenRequestsPerMinute = Number.POSITIVE_INFINITY;
  const { catalogue, username, appKey } = sandbox;
  const { packageId } = catalogue.addPackage({ packageName: "Pack", bucketNames: ["bulk-A"] });
  const fileSet = catalogue.addFileSet({ name: "Set", packageId, files: [...scenario.files] });
  const files = catalogue.filesOf(fileSet);
  const scratch = fs.mkdtempSync(path.join(inMemory(), "cfs-torture-"));
  const root = path.join(scratch, "root");
  const before = path.join(scratch, "before");
  const mark = path.join(scratch, "mark");
  const folder = path.join(root, "out");
  fs.mkdirSync(root);
  const account: Record<string, string> =
    scenario.account === "kept"
      ? {}
      : { RDP_CLIENT_ID: sandbox.clientId, RDP_CLIENT_SECRET: sandbox.clientSecret };
  const proxy = await startProxy();
  const store = await startS3Double();
  const stage: Stage = {
    sandbox,
    proxy: proxy.address,
    store,
    folder,
    root,
    fileSetId: fileSet.id,
    files,
    others: new Map(),
    environment: {
      RDP_HOST: sandbox.host,
      CFS_CONFIG_DIR: path.join(root, "settings"),
      CFS_RETRY_DELAY: "0",
      CFS_CONNECTIONS: "2",
      TMPDIR: root,
      ...account,
    },
    async run(words, { environment: more, faults = [], log } = {}) {
      const marked = faults.map((fault, index) => ({ ...fault, mark: `${mark}-${index}` }));
      for (const { mark: made } of marked) fs.rmSync(made, { force: true });
      const environment = {
        ...stage.environment,
        ...scenario.environment?.(stage),
        NODE_OPTIONS: `--require "${skipDelays}" --import ${inject}`,
        FAULT_ROOT: root,
        ...(log === undefined ? {} : { FAULT_LOG: log }),
        FAULT_SITES: JSON.stringify(marked),
        ...more,
      };
      const { steps } = scenario;
      const ended =
        steps === undefined
          ? await runWords(program, { words, root, environment, input: scenario.input?.(stage) })
          : await runKeys({ program, words, environment, directory: folder, steps });
      const hits = marked.filter((fault) => fs.existsSync(fault.mark)).length;
      return { ...ended, hits };
    },
    login: () =>
      stage.run(
        ["login", "--username", username, "--app-key", appKey, "--password-stdin", "--take-over"],
        {},
      ),
    async reset() {
      sandbox.faults.clear();
      fs.rmSync(root, { recursive: true, force: true });
      if (scenario.isFresh || !fs.existsSync(before)) {
        fs.mkdirSync(root);
        await scenario.prepare?.(stage);
        if (!scenario.isFresh)
          fs.cpSync(root, before, { recursive: true, preserveTimestamps: true });
      } else fs.cpSync(before, root, { recursive: true, preserveTimestamps: true });
      scenario.begin?.(stage);
    },
    change(name) {
      const file = files.find(({ filename }) => filename === name);
      if (file === undefined) throw new Error(`there is no ${name}`);
      file.version += 1;
      modify(file);
    },
    async wanted() {
      const wanted = new Map<string, Buffer>();
      for (const file of files) {
        const { bytes } = await bytesByPath(file, scenario.unpacks === true);
        for (const [name, content] of bytes) {
          wanted.set(scenario.nameOf?.(name) ?? name, content);
        }
      }
      return wanted;
    },
    async close() {
      await sandbox.close();
      await proxy.close();
      await store.close();
      fs.rmSync(scratch, { recursive: true, force: true });
    },
  };
  return stage;
}

type ProgramEnd = Omit<Outcome, "hits">;

interface WordRun {
  words: readonly string[];
  root: string;
  environment: Readonly<Record<string, string>>;
  input: string | undefined;
}

async function runWords(program: string, { words, root, ...others }: WordRun): Promise<ProgramEnd> {
  const { environment, input = "" } = others;
  const started = start(words, { program, directory: root, environment, input });
  let hung = false;
  const timer = setTimeout(() => {
    hung = true;
    started.kill("SIGKILL");
  }, patienceMs);
  const ended = await started.ended;
  clearTimeout(timer);
  return { ...ended, hung };
}

async function runKeys(run: ScreenRun): Promise<ProgramEnd> {
  fs.mkdirSync(run.directory, { recursive: true });
  const { code, hung, isRestored, told } = await runScreens(run);
  const stderr = isRestored ? told : "The terminal was not given back";
  return { code, hung, stdout: "", stderr };
}

/** The files in the stage's folder, except Node's compile cache. */
export function namesIn({ root }: Stage): string[] {
  return namesBelow(root).filter((name) => !/\/compiled\//.test(name));
}
