import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { PassThrough } from "node:stream";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import type { Endpoint } from "../../source/sandbox/http/faults.ts";
import {
  bodyDigest,
  type Effect,
  type Sandbox,
  type SandboxFile,
} from "../../source/sandbox/sandbox.ts";
import { callHere, runHere } from "../support/program/call-here.ts";
import { type Ended, run, type Started, start } from "../support/program/run.ts";
import { shareCode } from "../support/program/shared-code.ts";
import { throughSilences } from "../support/program/silences.ts";
import { test as base } from "../support/test.ts";

/** A fault for the built program's file system calls; see inject.mjs. */
export interface Order {
  call: "close" | "mkdir" | "open" | "read" | "readdir" | "rename" | "sync" | "unlink" | "write";
  /** Regular expression for the path. */
  path: string;
  /** So many calls go well first. */
  after?: number;
  /** So many fail; undefined: all. */
  times?: number;
  /** The system's word for the failure. */
  code?: string;
  /** The process gets it just before the call. */
  signal?: NodeJS.Signals;
}

export interface FaultFixture {
  sandbox: Sandbox;
  fileSetId: string;
  /** Where `get` puts the files. */
  folder: string;
  file(name: string): SandboxFile;
  run(words: readonly string[], orders?: readonly Order[]): Promise<Ended>;
  /** The same, for answers that never come: its patience ends each time that `silences` counts one more. */
  runThrough(
    silences: () => number,
    words: readonly string[],
    environment?: Readonly<Record<string, string>>,
  ): Promise<Ended>;
  /** The same with all its patience, for locks too. */
  runCalmly(words: readonly string[]): Promise<Ended>;
  start(words: readonly string[], orders?: readonly Order[]): Started;
  get(orders?: readonly Order[]): Promise<Ended>;
  /** Signs in, so that the session is kept and calls begin with a refresh. */
  signIn(): Promise<void>;
  login(orders?: readonly Order[]): Promise<Ended>;
  /**
   * Fetches again without faults, after a sign-in if the session was lost. Then all files exist.
   * In this process, because starting the built program takes longer; disk.test.ts resumes with that.
   */
  heal(): Promise<Ended>;
  /** Under a final name stands nothing but what the service has; beside it what a later run resumes. */
  expectSound(more?: RegExp): Promise<void>;
  /** All files are there, and nothing else. */
  expectWhole(): Promise<void>;
  /** What lies in the folder of the settings and in its cache, but for what Node compiled, where it keeps that. */
  namesInSettings(): Promise<string[]>;
}

const largeBytes = 1_400_000;
const smallBytes = 40_000;

/** What the environment has: a client's credentials, a user's password, or nothing: then `login` comes first. */
export type Account = "client" | "password" | "kept";

const diskFaults = new URL("inject.mjs", import.meta.url).href;
const skipDelays = fileURLToPath(new URL("skip-delays.cjs", import.meta.url));
/** A second more than the program's patience. */
const clockSeconds = 31;
const resumable = /\.part(\.journal(\.new)?)?$/;

/** How the program runs. */
interface Manner {
  /** It retries without waiting. */
  isHurried?: boolean;
  environment?: Readonly<Record<string, string>> | undefined;
}

/** A service with one file set of a large and a small file, and a program that waits for nothing between its tries. */
function createFaultFixture(sandbox: Sandbox, directory: string, account: Account): FaultFixture {
  const { catalogue, username, password, appKey, host } = sandbox;
  const { packageId } = catalogue.addPackage({ packageName: "Pack", bucketNames: ["bulk-A"] });
  const fileSet = catalogue.addFileSet({
    name: "Set",
    packageId,
    files: [
      { filename: "large.csv.gz", bytes: largeBytes, listedMd5: "missing" },
      { filename: "small.csv.gz", bytes: smallBytes },
    ],
  });
  const credentials: Readonly<Record<Account, Readonly<Record<string, string>>>> = {
    client: { RDP_CLIENT_ID: sandbox.clientId, RDP_CLIENT_SECRET: sandbox.clientSecret },
    password: { RDP_USERNAME: username, RDP_PASSWORD: password, RDP_APP_KEY: appKey },
    kept: {},
  };
  const folder = join(directory, "out");
  const settings = join(directory, "settings");
  shareCode(join(settings, "cache"));
  const given = (orders: readonly Order[], { isHurried, environment }: Manner = {}) => ({
    directory,
    environment: {
      CFS_CONFIG_DIR: settings,
      RDP_HOST: host,
      CFS_CONNECTIONS: "1",
      CFS_RETRY_DELAY: "0",
      ...credentials[account],
      // To load what makes calls fail takes a fifth of a call, so only calls with orders do.
      NODE_OPTIONS: [
        ...(isHurried ? [`--require "${skipDelays}"`] : []),
        ...(orders.length > 0 ? [`--import ${diskFaults}`] : []),
      ].join(" "),
      DISK_FAULTS: JSON.stringify(orders),
      SIGNAL_MARK: join(directory, "signal-sent"),
      ...environment,
    },
  });
  const files = catalogue.filesOf(fileSet);
  const words = ["get", fileSet.id, "-o", folder, "--json", "--quiet"];
  const login = [
    ...["login", "--username", username, "--app-key", appKey],
    ...["--password-stdin", "--take-over"],
  ];
  const input = `${password}\n`;

  const setting: FaultFixture = {
    sandbox,
    fileSetId: fileSet.id,
    folder,
    file(name) {
      const found = files.find(({ filename }) => filename === name);
      if (found === undefined) throw new Error(`there is no ${name}`);
      return found;
    },
    run: (words, orders = []) => run(words, given(orders, { isHurried: true })),
    runThrough(silences, words, environment) {
      const options = given([], { isHurried: true, environment });
      return throughSilences(start(words, { ...options, clockSeconds }), silences);
    },
    runCalmly: (words) => run(words, given([])),
    start: (words, orders = []) => start(words, given(orders)),
    get: (orders) => setting.run(words, orders),
    async signIn() {
      await callHere(login, {
        stdin: new PassThrough().end(input),
        variables: given([]).environment,
      });
    },
    login: (orders = []) => run(login, { ...given(orders), input }),
    async heal() {
      sandbox.faults.clear();
      const again = () => runHere(words, { variables: given([]).environment });
      let ended = await again();
      if (ended.code === 3) {
        expect(ended.stderr).toMatch(/sign in again|cfs login/i);
        await setting.signIn();
        ended = await again();
      }
      expect({ code: ended.code, stderr: ended.stderr }).toEqual({ code: 0, stderr: "" });
      await setting.expectWhole();
      return ended;
    },
    async expectSound(more = /^$/) {
      for (const name of await namesIn(folder)) {
        if (resumable.test(name) || more.test(name)) continue;
        expect([name, await sha256Of(join(folder, name))]).toEqual([
          name,
          await bodyDigest(setting.file(name), "sha256"),
        ]);
      }
    },
    async expectWhole() {
      expect((await namesIn(folder)).sort()).toEqual(files.map(({ filename }) => filename).sort());
      await setting.expectSound();
    },
    async namesInSettings() {
      const [names, cached] = await Promise.all([settings, join(settings, "cache")].map(namesIn));
      return [...(names ?? []), ...(cached ?? [])].filter(
        (name) => name !== "cache" && name !== "compiled",
      );
    },
  };
  return setting;
}

/** A fixture for tests of the built program with failing service, network and disk; `account` selects the credentials in the environment. */
export const test = base
  .extend("account", (): Account => "client")
  .extend("setting", ({ account, folder, sandbox }) =>
    createFaultFixture(sandbox, folder, account),
  );

async function namesIn(folder: string): Promise<string[]> {
  return existsSync(folder) ? await readdir(folder) : [];
}

async function sha256Of(file: string): Promise<string> {
  return createHash("sha256")
    .update(await readFile(file))
    .digest("hex");
}

/** Counts the requests from now on that meet a silence by this effect, which the first `after` there do not. */
export function silencesOf(
  { sandbox: { requests } }: FaultFixture,
  place: Endpoint,
  effect: Effect,
  after = 0,
): () => number {
  const asked = requests.length;
  return () => {
    const met = requests.slice(asked).filter((each) => each.place === place);
    return met.slice(after).filter(({ bytesSent, status }) => {
      if (effect.kind === "hold") return true;
      return effect.kind === "stall" && status !== undefined && bytesSent >= effect.afterBytes;
    }).length;
  };
}

/**
 * Every line is a sentence with what was tried; no trace, no secret. The letters of the temporary folder are
 * random, so it is not read as a part of them.
 */
export function expectWords(message: string, { folder, sandbox }: FaultFixture): void {
  const stderr = message.replaceAll(dirname(folder), "FOLDER");
  expect(stderr).not.toMatch(/^\s+at |undefined|\[object|NaN|X-Amz|eyJ/m);
  expect(stderr).not.toContain(sandbox.password);
  const lines = stderr.split("\n").filter((line) => line !== "");
  expect(lines).not.toEqual([]);
  for (const line of lines) expect(line).toMatch(/^cfs: .+[.:?]$/);
}
