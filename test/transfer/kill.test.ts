import { type ChildProcess, fork } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import fs from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { buildPrograms } from "./built.ts";
import type { Order } from "./child.ts";
import type { Fault } from "./object-server.ts";
import { createSetting, md5, type Setting, sha256 } from "./setting.ts";

/** How many random histories are tried; more by the environment, for a long look. */
const histories = Number(process.env.CFS_TEST_HISTORIES ?? 12);
/** Faults of each history. */
const faults = 17;
const kills = 3;
const megabyte = 1024 * 1024;

let setting: Setting;
let programs: Awaited<ReturnType<typeof buildPrograms>>;

beforeAll(async () => {
  programs = await buildPrograms({
    child: "test/transfer/child.ts",
    worker: "source/transfer/follower-worker.ts",
  });
});

afterAll(() => programs.remove());

beforeEach(async () => {
  setting = await createSetting();
});

afterEach(() => setting.close());

interface Told {
  state?: string;
  sha256?: string;
  bytesFetched: number;
  error?: string;
}

/** Numbers in [0, 1) that are the same for the same seed. */
function createRandom(seed: number): () => number {
  let count = 0;
  return () => {
    count += 1;
    return createHash("md5").update(`${seed}/${count}`).digest().readUInt32LE(0) / 2 ** 32;
  };
}

/** Runs the engine in a process of its own; `killAt`: it is killed once so many body bytes came. */
async function run(order: Order, killAt: number): Promise<Told> {
  const child = fork(fileURLToPath(programs.url("child")), {
    env: { ...process.env, ORDER: JSON.stringify(order), WORKER: programs.url("worker").href },
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  let told: Told = { bytesFetched: 0 };
  child.on("message", (message: Told) => {
    told = message;
    if (told.bytesFetched >= killAt) kill(child);
  });
  await once(child, "exit");
  return told;
}

function kill(child: ChildProcess): void {
  child.kill("SIGKILL");
}

function randomFault(random: () => number, bytes: number): Fault {
  const afterBytes = Math.floor(random() * bytes * 0.6);
  const kinds: Fault[] = [
    { kind: "cut", afterBytes },
    { kind: "cut", afterBytes: 0 },
    { kind: "stall", afterBytes },
    { kind: "refuse", status: 403, code: "AccessDenied" },
    { kind: "refuse", status: 503, code: "SlowDown" },
    { kind: "refuse", status: 500, code: "InternalError" },
  ];
  return kinds[Math.floor(random() * kinds.length)] ?? { kind: "cut", afterBytes: 0 };
}

async function expectNothingHalf(body: Buffer): Promise<void> {
  const names = await fs.readdir(setting.directory);
  if (names.includes("object.bin")) {
    expect(sha256(await setting.content("object.bin"))).toBe(sha256(body));
  }
}

async function live(seed: number): Promise<void> {
  const { server, directory, offer } = setting;
  const random = createRandom(seed);
  const bytes = 1 + Math.floor(random() ** 2 * 10 * megabyte);
  const unit = createHash("sha512").update(String(seed)).digest();
  const body = Buffer.alloc(bytes, unit).map((byte, at) => byte ^ (at >> 12));
  const listed = random() < 0.5;
  const file = offer("object", Buffer.from(body), {
    name: "object.bin",
    ...(listed ? { md5: md5(Buffer.from(body)) } : {}),
  });
  server.limit = 6 * megabyte;
  let left = faults;
  server.fault = () => {
    if (left === 0 || random() < 0.4) return undefined;
    left -= 1;
    return randomFault(random, bytes);
  };
  const order = {
    locateUrl: server.locateUrl,
    directory,
    connections: 1 + Math.floor(random() * 12),
    file,
  };
  let arrived = 0;
  let fetched = 0;
  for (let round = 0; round < kills; round += 1) {
    const told = await run(order, random() * bytes);
    await expectNothingHalf(Buffer.from(body));
    fetched += told.bytesFetched;
    arrived = Math.max(arrived, Math.min(fetched, bytes));
    if (told.state === "saved") break;
  }
  const last = await run(order, Number.POSITIVE_INFINITY);
  expect(last.error).toBeUndefined();
  expect(last.state === "saved" || last.state === "skipped").toBe(true);
  expect(await fs.readdir(directory)).toEqual(["object.bin"]);
  await expectNothingHalf(Buffer.from(body));
  // What is gathered in memory when the process dies comes again, for every kill; else nothing does.
  const again = fetched + last.bytesFetched - bytes;
  if (last.state === "saved") expect(again).toBeLessThan(arrived * 0.1 + kills * 256 * 1024);
}

it.each(Array.from({ length: histories }, (_, seed) => seed))(
  "whatever happens, what is kept is right, and little is fetched twice (history %i)",
  live,
  60_000,
);
