import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import fs from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { TransferEngine, TransferFile } from "../../source/transfer/engine.ts";
import { waitUntil } from "../support/wait-until.ts";
import { createEngineFixture, type EngineFixture, md5 } from "./engine-fixture.ts";

const megabyte = 1024 * 1024;
const body = randomBytes(3 * megabyte);

let setting: EngineFixture;
let file: TransferFile;

beforeEach(async () => {
  setting = await createEngineFixture();
  setting.server.limit = 2 * megabyte;
  file = setting.offer("one", body, { md5: md5(body) });
});

afterEach(() => setting.close());

const createEngine = () => setting.createEngine();

/** The engine's one transfer. */
function only(engine: TransferEngine) {
  const [transfer] = engine.snapshot().transfers;
  if (transfer === undefined) throw new Error("nothing was queued");
  return transfer;
}

async function begin(engine: TransferEngine, bytes: number): Promise<string> {
  const [id = ""] = engine.add([{ file, directory: setting.directory }]);
  await waitUntil(() => only(engine).bytesDone > bytes);
  return id;
}

async function beginAndPause(engine: TransferEngine): Promise<string> {
  const id = await begin(engine, megabyte / 4);
  engine.pause(id);
  await engine.idle();
  return id;
}

const names = () => fs.readdir(setting.directory);

async function expectWhole(engine: TransferEngine): Promise<void> {
  await engine.idle();
  expect(only(engine).error?.message).toBeUndefined();
  expect((await setting.content("one.bin")).equals(body)).toBe(true);
  expect(await names()).toEqual(["one.bin"]);
}

describe("a transfer that is cancelled", () => {
  it("while it is paused leaves nothing", async () => {
    const engine = createEngine();
    engine.cancel(await beginAndPause(engine));
    await engine.stop();
    expect(only(engine).state).toBe("cancelled");
    expect(await names()).toEqual([]);
  });

  it("leaves alone what another fetches since it was paused", async () => {
    const [paused, other] = [createEngine(), createEngine()];
    const id = await beginAndPause(paused);
    await begin(other, megabyte / 2);
    paused.cancel(id);
    await paused.stop();
    expect(await names()).toContain("one.bin.part");
    await expectWhole(other);
  });

  it("leaves alone what another fetches, because of which it failed", async () => {
    const [first, second] = [createEngine(), createEngine()];
    await begin(first, megabyte / 4);
    const { id, error } = await setting.fetchOne(second, file);
    expect(error?.reason).toBe("locked");
    second.cancel(id);
    await second.stop();
    expect(await names()).toContain("one.bin.part");
    await expectWhole(first);
  });

  it("leaves alone what another file of that name has there meanwhile", async () => {
    const engine = createEngine();
    const id = await beginAndPause(engine);
    for (const name of await names()) await fs.rm(path.join(setting.directory, name));
    const other = setting.offer("two", randomBytes(3 * megabyte), { name: file.name });
    await setting.fetchSome(createEngine(), other, megabyte / 4);
    engine.cancel(id);
    await engine.stop();
    expect((await names()).sort()).toEqual(["one.bin.part", "one.bin.part.journal"]);
  });

  it("is fetched once more when that is asked for at once", async () => {
    const engine = createEngine();
    const id = await beginAndPause(engine);
    setting.server.limit = undefined;
    engine.cancel(id);
    engine.retry(id);
    await expectWhole(engine);
  });

  it("is fetched once more when it is added at once", async () => {
    const engine = createEngine();
    const id = await beginAndPause(engine);
    setting.server.limit = undefined;
    engine.cancel(id);
    expect(engine.add([{ file, directory: setting.directory }])).toEqual([id]);
    await expectWhole(engine);
  });

  it("gives a full disk its bytes back", async (test) => {
    try {
      const words = ["-t", "tmpfs", "-o", "size=2m", "tmpfs", setting.directory];
      execFileSync("mount", words, { stdio: "ignore" });
    } catch {
      return test.skip();
    }
    try {
      const engine = createEngine();
      file = setting.offer("one", body.subarray(0, 1.5 * megabyte));
      const id = await beginAndPause(engine);
      const filler = path.join(setting.directory, "filler");
      await fs.writeFile(filler, body).catch(() => undefined);
      engine.cancel(id);
      await engine.stop();
      expect(await names()).toEqual(["filler"]);
    } finally {
      execFileSync("umount", [setting.directory], { stdio: "ignore" });
    }
  });
});

it("a partial file that somebody removes is told as gone, not its folder", async () => {
  const engine = createEngine();
  await begin(engine, megabyte / 4);
  await fs.rm(path.join(setting.directory, "one.bin.part"));
  await engine.idle();
  expect(only(engine).error?.exitCode).toBe(7);
  expect(only(engine).error?.message).toContain("its partial file is gone");
  expect(await names()).toEqual([]);
});
