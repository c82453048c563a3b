import { createHash } from "node:crypto";
import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  bodyDigest,
  type Sandbox,
  type SandboxFile,
  startSandbox,
} from "../../source/sandbox/sandbox.ts";
import { buildProcesses, offerFile, type Processes } from "./processes.ts";

const megabyte = 1024 * 1024;

let processes: Processes;
let sandbox: Sandbox;
let directory: string;
let object: SandboxFile;

beforeAll(async () => {
  processes = await buildProcesses();
});

afterAll(() => processes.close());

beforeEach(async () => {
  sandbox = await startSandbox({ empty: true, bytesPerSecond: megabyte / 2 });
  directory = await fs.mkdtemp(path.join(os.tmpdir(), "cfs-processes-"));
  object = offerFile(sandbox, { filename: "a.csv.gz", bytes: 8 * megabyte });
});

afterEach(async () => {
  await sandbox.close();
  await fs.rm(directory, { recursive: true });
});

const start = () => processes.start(sandbox, { fileId: object.id, directory });

async function expectWhole(): Promise<void> {
  expect(await fs.readdir(directory)).toEqual(["a.csv.gz"]);
  const body = await fs.readFile(path.join(directory, "a.csv.gz"));
  expect(createHash("sha256").update(body).digest("hex")).toBe(await bodyDigest(object, "sha256"));
}

describe("of two processes with one destination", () => {
  it("the second says who holds it and ends with 7, and the first goes on", async () => {
    const first = start();
    await first.until(({ bytesFetched }) => bytesFetched > megabyte);
    // However long the second takes to begin, the first has not ended by then.
    process.kill(first.pid, "SIGSTOP");
    const second = await start().ended;
    process.kill(first.pid, "SIGCONT");
    expect(second).toMatchObject({ state: "failed", exitCode: 7, bytesFetched: 0 });
    expect(second.error).toContain(`another cfs (process ${first.pid}) is fetching it`);
    expect((await first.ended).state).toBe("saved");
    await expectWhole();
  });

  it("the second takes over what a killed one had, and fetches little of it again", async () => {
    const first = start();
    await first.until(({ bytesFetched }) => bytesFetched > 5 * megabyte);
    first.kill();
    const arrived = (await first.ended).bytesFetched;
    expect((await fs.readdir(directory)).sort()).toEqual([
      "a.csv.gz.part",
      "a.csv.gz.part.journal",
      "a.csv.gz.part.lock",
    ]);
    const second = await start().ended;
    expect(second.state).toBe("saved");
    expect(arrived + second.bytesFetched - object.bytes).toBeLessThan(arrived * 0.1);
    await expectWhole();
  });
});
