import * as crypto from "node:crypto";
import { BlockList, isIP } from "node:net";
import { Readable } from "node:stream";
import { compileFunction } from "node:vm";
import type { TransferRequest } from "../../../source/transfer/engine.ts";
import { createRequest, type Fetch } from "../service/network.ts";
import type { Chance } from "../world/chance.ts";
import type { SimulatedProcess } from "../world/machine.ts";
import { createFileSystem } from "./file-system.ts";
import { createDate, createTimers } from "./timers.ts";
import { unpacking } from "./unpacking.ts";

/** The task of a process. */
export type Action =
  | { kind: "login"; takeOver: boolean }
  | { kind: "logout" }
  | { kind: "status" }
  | { kind: "renewals"; bucket: string; rounds: number; everyMs: number }
  | { kind: "get"; ids: readonly string[]; folder: string }
  | { kind: "sync"; bucket: string; packageId: string; folder: string; verify: boolean }
  | { kind: "queue"; requests: readonly TransferRequest[] };

export type Load = (specifier: string) => unknown;

type Main = (action: Action, signal: AbortSignal) => Promise<number>;

/** What a realm provides to the program besides Node's modules. */
export interface Host {
  begin(main: Main): void;
  says(text: string): void;
  wait(ms: number): Promise<unknown>;
}

export interface RealmParts {
  process: SimulatedProcess;
  chance: Chance;
  /** Replaces node-fetch and the connections of Node's own client. */
  fetch: Fetch;
  variables: Readonly<Record<string, string>>;
}

const names = [
  "require",
  "module",
  "exports",
  "host",
  "namespaceOf",
  "process",
  "performance",
  "Date",
  "Math",
  "setTimeout",
  "setInterval",
  "setImmediate",
  "clearTimeout",
  "clearInterval",
  "clearImmediate",
] as const;

/** Node's modules in the form that esbuild's code expects, created once for all processes. */
const sharedNamespaces = new Map<unknown, unknown>();
const shared = new Set<unknown>();
const loaded = new Map<string, unknown>();

function loadOnce(specifier: string, load: Load): unknown {
  const known = loaded.get(specifier);
  if (known !== undefined) return known;
  const module = load(specifier);
  loaded.set(specifier, module);
  shared.add(module);
  return module;
}

/** The same for the modules of one process; cached, because esbuild's code asks with every import. */
function createNamespaces() {
  const own = new Map<unknown, unknown>();
  return (module: object, isNodeMode?: unknown): unknown => {
    const kept = shared.has(module) ? sharedNamespaces : own;
    const known = kept.get(module);
    if (known !== undefined) return known;
    const hasDefault = !isNodeMode && "__esModule" in module;
    // Inherits what esbuild's own function would copy, which takes long for each process.
    const made = Object.create(module, hasDefault ? {} : { default: { value: module } });
    kept.set(module, made);
    return made;
  };
}

/** The program as one function: each call starts a process with separate modules. */
export class Program {
  readonly #evaluate: unknown;
  readonly #load: Load;

  /** `load` returns Node's modules and the packages that all processes share. */
  constructor(code: string, load: Load) {
    this.#load = load;
    const text = code.replace("var __toESM =", "var __toESM = namespaceOf;\nvar __copyToESM =");
    this.#evaluate = compileFunction(text, [...names], { filename: "program.cjs" });
  }

  /** Resolves with the exit code; never resolves if the process is killed first. */
  async run(action: Action, signal: AbortSignal, parts: RealmParts): Promise<number> {
    const { process } = parts;
    const { schedule } = process.machine;
    let main: Main = () => Promise.reject(new Error("the program did not begin"));
    const timers = createTimers(process);
    const host: Host = {
      begin(begun) {
        main = begun;
      },
      // The sandbox gives its requests random numbers.
      says(text) {
        const told = text.trim().replace(/\(request [0-9a-f-]+\)/g, "(request)");
        process.machine.trace.add(process.who, `says ${told}`);
      },
      wait: timers.promises.setTimeout,
    };
    const given: Record<(typeof names)[number], unknown> = {
      ...timers.global,
      require: createModules(parts, timers, this.#load),
      module: { exports: {} },
      exports: {},
      host,
      namespaceOf: createNamespaces(),
      process: createProcess(parts),
      performance: performanceOf(parts),
      Date: createDate(process),
      Math: Object.assign(Object.create(Math), { random: parts.chance.fraction }),
    };
    if (typeof this.#evaluate !== "function") throw new Error("the program is no function");
    Reflect.apply(
      this.#evaluate,
      undefined,
      names.map((name) => given[name]),
    );
    // A child process starts only after its parent has continued.
    await schedule.wait(1);
    return main(action, signal);
  }
}

function performanceOf({ process }: RealmParts) {
  return {
    now: () => process.machine.schedule.nowMs,
    eventLoopUtilization: () => ({ idle: 0, active: 0, utilization: 0 }),
  };
}

function createProcess({ process, variables }: RealmParts) {
  const { machine, pid } = process;
  const none = () => undefined;
  return {
    pid,
    env: { ...variables },
    argv: ["node", "cfs"],
    platform: "linux",
    arch: "x64",
    version: globalThis.process.version,
    versions: globalThis.process.versions,
    execArgv: [],
    stdin: Readable.from([]),
    stdout: {},
    stderr: {},
    cwd: () => "/home",
    getuid: () => 1_000,
    geteuid: () => 1_000,
    getegid: () => 1_000,
    nextTick: globalThis.process.nextTick,
    memoryUsage: () => ({ rss: 0, heapUsed: 0, external: 0, arrayBuffers: 0 }),
    emitWarning: none,
    on: none,
    once: none,
    off: none,
    kill(other: number) {
      if (machine.processOf(other) === undefined)
        throw Object.assign(new Error("kill ESRCH"), { code: "ESRCH" });
      return true;
    },
  };
}

function createModules(parts: RealmParts, timers: ReturnType<typeof createTimers>, load: Load) {
  const { process, chance } = parts;
  const { fs, promises } = createFileSystem(process);
  const bytes = (count: number) => {
    const random = Buffer.alloc(count);
    for (let at = 0; at < count; at += 1) random[at] = chance.below(256);
    return random;
  };
  const digits = (count: number) =>
    chance.below(0xffffffff).toString(16).padStart(8, "0").slice(0, count);
  const own: Readonly<Record<string, unknown>> = {
    fs,
    "fs/promises": promises,
    process: createProcess(parts),
    perf_hooks: { performance: performanceOf(parts) },
    "timers/promises": timers.promises,
    crypto: {
      createHash: crypto.createHash,
      randomBytes: bytes,
      randomUUID: () =>
        `${digits(8)}-${digits(4)}-${digits(4)}-${digits(4)}-${digits(6)}${digits(6)}`,
    },
    os: {
      hostname: () => "box",
      homedir: () => "/home",
      tmpdir: () => "/tmp",
      uptime: () => process.machine.schedule.nowMs / 1_000,
      availableParallelism: () => 4,
      platform: () => "linux",
      constants: { signals: {} },
      EOL: "\n",
    },
    worker_threads: { Worker: NoThread, MessageChannel: DeafChannel },
    diagnostics_channel: { subscribe: () => undefined },
    zlib: unpacking,
    ...unconnected,
    http: { ...http, request: createRequest(parts.fetch) },
    https: { ...http, request: createRequest(parts.fetch) },
    "node-fetch": parts.fetch,
  };
  return (specifier: string): unknown => {
    const name = specifier.replace(/^node:/, "");
    if (Object.hasOwn(own, name)) return own[name];
    return loadOnce(specifier, load);
  };
}

class NoConnection {
  createConnection() {
    return undefined;
  }
}

const http = { Agent: NoConnection, ClientRequest: NoConnection, IncomingMessage: NoConnection };

/** Requests are answered before they reach a socket. */
const unconnected = { net: { BlockList, isIP, Socket: NoConnection }, tls: {} };

/** Real threads would run on the real clock; without them the process verifies files itself. */
class NoThread {
  constructor() {
    throw new Error("this system has no threads");
  }
}

/** Bodies are views of a shared buffer, which must not be transferred. */
class DeafChannel {
  readonly port1 = { close: () => undefined, postMessage: () => undefined };
  readonly port2 = { close: () => undefined };
}
