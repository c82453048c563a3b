import fs from "node:fs";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { numberedFileName } from "../../source/domain/file-name.ts";
import {
  fileBytes,
  type NewFile,
  type Sandbox,
  type SandboxFile,
  startSandbox,
} from "../../source/sandbox/sandbox.ts";
import type { Ended, Started } from "../support/program/run.ts";
import { bytesByPath, namesBelow } from "../support/sandbox/expected-files.ts";
import { createRecorder, type Recorder, type RunOptions } from "./recorder.ts";

/** Facts about a scenario that hold whatever happens to its disk. */
export interface Facts {
  folder: string;
  settings: string;
  /** Right contents by the path below the folder, oldest first. */
  finals: Map<string, Buffer[]>;
  /** Other bytes that arrived and were recognised as wrong, by file name. */
  wrong: Map<string, Buffer[]>;
  /** The files of a folder that an archive is unpacked into. */
  unpackedFolders: Map<string, string[]>;
}

/** A service, a recorder, and what was recorded. */
export interface Stage {
  recorder: Recorder;
  sandbox: Sandbox;
  facts: Facts;
  /** Names of the files whose bytes changed at the service during the recording. */
  changed: string[];
  /** Changes the bytes of a file, as the recording did. */
  change(name: string): void;
  /** Records what the scenario does. */
  record(): Promise<void>;
  /** Runs the program after a power loss until all files are right; returns what was wrong. */
  startAgain(): Promise<string | undefined>;
  close(): Promise<void>;
}

export interface Scenario {
  name: string;
  prepare(given?: { root: string; log: string; port: number }): Promise<Stage>;
}

interface Script {
  files: NewFile[];
  /** The speed of each connection, slow enough for syncs during a file. */
  bytesPerSecond?: number;
  account?: "client" | "password";
  unpacks?: boolean;
  record(act: Actor): Promise<void>;
  /** The arguments after a power loss. */
  again(act: Actor): readonly string[];
  environment?: Readonly<Record<string, string>>;
}

/** The steps of a script. */
interface Actor {
  sandbox: Sandbox;
  fileSetId: string;
  folder: string;
  files: readonly SandboxFile[];
  get: readonly string[];
  /** Runs to the end, with this exit code. */
  run(words: readonly string[], code?: number, options?: RunOptions): Promise<Ended>;
  /** Kills it when the partial file has this many bytes. */
  kill(words: readonly string[], name: string, bytes: number, options?: RunOptions): Promise<void>;
  login(options?: RunOptions): Promise<Ended>;
  /** Changes the bytes of the file from now on. */
  change(name: string): void;
  /** The next body has a wrong byte. */
  corrupt(name: string): void;
  restart(): void;
}

export function scenario(name: string, script: Script): Scenario {
  return {
    name,
    async prepare(given) {
      const sandbox = await startSandbox({
        empty: true,
        // So that the store is not near, where one connection is enough to start with.
        latencyMs: 10,
        ...(given === undefined ? {} : { port: given.port }),
        ...(script.bytesPerSecond === undefined ? {} : { bytesPerSecond: script.bytesPerSecond }),
      });
      const { catalogue, username, password, appKey } = sandbox;
      const { packageId } = catalogue.addPackage({
        packageName: "Pack",
        bucketNames: ["bulk-A"],
      });
      const fileSet = catalogue.addFileSet({ name: "Set", packageId, files: script.files });
      const files = catalogue.filesOf(fileSet);
      const recorder = createRecorder(given);
      const folder = path.join(recorder.root, "out");
      const facts: Facts = {
        folder,
        settings: path.join(recorder.root, "settings"),
        finals: new Map(),
        wrong: new Map(),
        unpackedFolders: new Map(),
      };
      for (const file of files) await addFinal(facts, file, script.unpacks === true);
      const environment = {
        RDP_HOST: sandbox.host,
        CFS_RETRY_DELAY: "0",
        ...(script.account === "password"
          ? {}
          : { RDP_CLIENT_ID: sandbox.clientId, RDP_CLIENT_SECRET: sandbox.clientSecret }),
        ...script.environment,
      };
      let boot = 1;
      let records = true;
      const changed: string[] = [];
      const begin = (words: readonly string[], options: RunOptions = {}): Started =>
        recorder.start(words, {
          records,
          boot: `boot-${boot}`,
          ...options,
          environment: { ...environment, ...options.environment },
        });
      const act: Actor = {
        sandbox,
        fileSetId: fileSet.id,
        folder,
        files,
        get: ["get", fileSet.id, "-o", folder, "--json", "--quiet"],
        async run(words, code = 0, options = {}) {
          const ended = await begin(words, options).ended;
          if (records) recorder.ended();
          if (ended.code !== code) {
            throw new Error(`${words.join(" ")} ended with ${ended.code}: ${ended.stderr}`);
          }
          return ended;
        },
        async kill(words, name, bytes, options) {
          const started = begin(words, options);
          const part = path.join(folder, `${name}.part`);
          const stored = () => (fs.statSync(part, { throwIfNoEntry: false })?.blocks ?? 0) * 512;
          let isOver = false;
          const ended = started.ended.finally(() => {
            isOver = true;
          });
          // The soak uses this too, so it cannot wait with the test runner's functions.
          while (!isOver && stored() < bytes) await wait(2);
          if (isOver)
            throw new Error(
              `it ended before ${bytes} bytes of ${part} were there: ${(await ended).stderr}`,
            );
          started.kill("SIGKILL");
          await ended;
          recorder.ended();
        },
        login: (options) =>
          act.run(
            [
              "login",
              "--username",
              username,
              "--app-key",
              appKey,
              "--password-stdin",
              "--take-over",
            ],
            0,
            { ...options, input: `${password}\n` },
          ),
        change(name) {
          const file = files.find(({ filename }) => filename === name);
          if (file === undefined) throw new Error(`there is no ${name}`);
          file.version += 1;
          changed.push(name);
          facts.finals.get(name)?.push(Buffer.from(fileBytes(file)));
        },
        corrupt(name) {
          const wrong = Buffer.from(facts.finals.get(name)?.[0] ?? "");
          const at = 100;
          wrong[at] = (wrong[at] ?? 0) ^ 0xff;
          facts.wrong.set(name, [wrong]);
          sandbox.faults.add({ on: "objects", times: 1, effect: { kind: "corrupt", at } });
        },
        restart() {
          boot += 1;
          recorder.ended(true);
        },
      };
      return {
        recorder,
        sandbox,
        facts,
        changed,
        change: act.change,
        record: () => script.record(act),
        async startAgain() {
          records = false;
          boot = 99;
          const words = script.again(act);
          let ended = await begin(words).ended;
          if (ended.code === 3 && /sign in again|cfs login|Session quota/i.test(ended.stderr)) {
            await act.login();
            ended = await begin(words).ended;
          }
          if (ended.code !== 0) return `it ended with ${ended.code}: ${ended.stderr}`;
          return stateAfter(facts);
        },
        async close() {
          await sandbox.close();
          recorder.remove();
        },
      };
    },
  };
}

/** Returns what is wrong in the folder at the end. */
function stateAfter({ folder, finals }: Facts): string | undefined {
  if (!fs.existsSync(folder)) return undefined;
  const names = namesBelow(folder);
  const left = names.filter((name) => /\.(part|lock|journal|guard)\b/.test(name));
  if (left.length > 0) return `${left.join(", ")} is left`;
  for (const [name, bodies] of finals) {
    const newest = bodies.at(-1);
    const has = (other: string) =>
      names.includes(other) && newest?.equals(fs.readFileSync(path.join(folder, other)));
    // An older file that no record names any more counts as the user's, and stays.
    if (!has(name) && !(bodies.length > 1 && has(numberedFileName(name, 2))))
      return `${name} is not what the service has at the end`;
  }
  return undefined;
}

async function addFinal({ finals, unpackedFolders }: Facts, file: SandboxFile, unpacks: boolean) {
  const found = await bytesByPath(file, unpacks);
  for (const [name, bytes] of found.bytes) finals.set(name, [bytes]);
  for (const [folder, names] of found.unpackedFolders) unpackedFolders.set(folder, names);
}
