import { randomBytes } from "node:crypto";
import fs from "node:fs/promises";
import path from "node:path";
import { describe, expect } from "vitest";
import type { TransferEngine } from "../../source/transfer/engine.ts";
import { waitUntil } from "../support/wait-until.ts";
import { test as base, md5, only } from "./engine-fixture.ts";

const megabyte = 1024 * 1024;
const body = randomBytes(3 * megabyte);

const it = base
  .extend("file", ({ server, offer }) => {
    server.limit = 2 * megabyte;
    return offer("one", body, { md5: md5(body) });
  })
  .extend("begin", ({ directory, file }) => {
    return async (engine: TransferEngine, bytes: number): Promise<string> => {
      const [id = ""] = engine.add([{ file, directory }]);
      await waitUntil(() => only(engine).bytesDone > bytes);
      return id;
    };
  })
  .extend("beginAndPause", ({ begin }) => {
    return async (engine: TransferEngine): Promise<string> => {
      const id = await begin(engine, megabyte / 4);
      engine.pause(id);
      await engine.idle();
      return id;
    };
  })
  .extend("names", ({ directory }) => {
    return () => fs.readdir(directory);
  })
  .extend("expectWhole", ({ expectOnly }) => {
    return async (engine: TransferEngine) => {
      await engine.idle();
      expect(only(engine).error?.message).toBeUndefined();
      await expectOnly("one.bin", body);
    };
  });

describe("an engine that keeps no parts", () => {
  it("removes them when it stops, and keeps what is whole", async ({
    server,
    createEngine,
    directory,
    file,
    offer,
    fetchOne,
    names,
  }) => {
    const engine = createEngine({ keepsParts: false });
    await fetchOne(engine, offer("two", Buffer.from("whole")));
    server.limit = 1_000;
    engine.add([{ file, directory }]);
    await waitUntil(async () => (await names()).includes("one.bin.part"));
    await engine.stop();
    expect(await names()).toEqual(["two.bin"]);
  });
});

describe("a transfer that is cancelled", () => {
  it("resumes when it is restored", async ({ server, createEngine, begin, names, expectWhole }) => {
    const engine = createEngine();
    const id = await begin(engine, megabyte / 2);
    engine.cancel(id);
    await engine.idle();
    expect(only(engine)).toMatchObject({ state: "cancelled", cancelledAtMs: expect.any(Number) });
    expect(await names()).toContain("one.bin.part");
    server.limit = undefined;
    engine.restore(id);
    await expectWhole(engine);
    expect(only(engine).bytesFetched).toBeLessThan(body.length + megabyte / 4);
  });

  it("is paused again when it is restored after a pause", async ({
    createEngine,
    beginAndPause,
  }) => {
    const engine = createEngine();
    const id = await beginAndPause(engine);
    engine.cancel(id);
    engine.restore(id);
    expect(only(engine).state).toBe("paused");
  });

  it("has its error again when it is restored after a failure", async ({
    server,
    createEngine,
    fetchOne,
    file,
  }) => {
    server.remove("one");
    const engine = createEngine();
    const { id, error } = await fetchOne(engine, file);
    engine.cancel(id);
    engine.restore(id);
    expect(only(engine)).toMatchObject({ state: "failed", error });
  });

  it("leaves nothing after its time, and cannot be restored then", async ({
    createEngine,
    beginAndPause,
    names,
  }) => {
    const engine = createEngine({ cancelledPartMs: 1 });
    const id = await beginAndPause(engine);
    engine.cancel(id);
    await waitUntil(() => only(engine).cancelledAtMs === undefined);
    expect(await names()).toEqual([]);
    engine.restore(id);
    expect(only(engine).state).toBe("cancelled");
  });

  it("while it is paused leaves nothing", async ({ createEngine, beginAndPause, names }) => {
    const engine = createEngine();
    engine.cancel(await beginAndPause(engine));
    await engine.stop();
    expect(only(engine).state).toBe("cancelled");
    expect(await names()).toEqual([]);
  });

  it("does not touch the download of another process that began after the pause", async ({
    server,
    createEngine,
    begin,
    beginAndPause,
    names,
    expectWhole,
  }) => {
    const [paused, other] = [createEngine(), createEngine()];
    const id = await beginAndPause(paused);
    await begin(other, megabyte / 2);
    server.limit = 1_000;
    paused.cancel(id);
    await paused.stop();
    expect(await names()).toContain("one.bin.part");
    server.limit = undefined;
    await expectWhole(other);
  });

  it("does not touch the download of another process that made it fail", async ({
    server,
    createEngine,
    fetchOne,
    file,
    begin,
    names,
    expectWhole,
  }) => {
    const [first, second] = [createEngine(), createEngine()];
    await begin(first, megabyte / 4);
    server.limit = 1_000;
    const { id, error } = await fetchOne(second, file);
    expect(error?.reason).toBe("locked");
    second.cancel(id);
    await second.stop();
    expect(await names()).toContain("one.bin.part");
    server.limit = undefined;
    await expectWhole(first);
  });

  it("does not touch the partial file of another file with that name", async ({
    directory,
    createEngine,
    offer,
    fetchSome,
    file,
    beginAndPause,
    names,
  }) => {
    const engine = createEngine();
    const id = await beginAndPause(engine);
    for (const name of await names()) await fs.rm(path.join(directory, name));
    const other = offer("two", randomBytes(3 * megabyte), { name: file.name });
    await fetchSome(createEngine(), other, megabyte / 4);
    engine.cancel(id);
    await engine.stop();
    expect((await names()).sort()).toEqual(["one.bin.part", "one.bin.part.journal"]);
  });

  it("is fetched again when retried at once", async ({
    server,
    createEngine,
    beginAndPause,
    expectWhole,
  }) => {
    const engine = createEngine();
    const id = await beginAndPause(engine);
    server.limit = undefined;
    engine.cancel(id);
    engine.retry(id);
    await expectWhole(engine);
  });

  it("is fetched again when added at once", async ({
    server,
    directory,
    createEngine,
    file,
    beginAndPause,
    expectWhole,
  }) => {
    const engine = createEngine();
    const id = await beginAndPause(engine);
    server.limit = undefined;
    engine.cancel(id);
    expect(engine.add([{ file, directory: directory }])).toEqual([id]);
    await expectWhole(engine);
  });

  describe("on a disk of 2 MB", () => {
    it.override("file", ({ server, offer }) => {
      server.limit = 2 * megabyte;
      return offer("one", body.subarray(0, 1.5 * megabyte));
    });

    it("frees its bytes", async ({
      skip,
      directory,
      mountSmall,
      createEngine,
      beginAndPause,
      names,
    }) => {
      if (!mountSmall("size=2m")) return skip();
      const engine = createEngine();
      const id = await beginAndPause(engine);
      const filler = path.join(directory, "filler");
      await expect(fs.writeFile(filler, body)).rejects.toMatchObject({ code: "ENOSPC" });
      engine.cancel(id);
      await engine.stop();
      expect(await names()).toEqual(["filler"]);
    });
  });
});

it("a removed partial file is reported as missing, and not its folder", async ({
  directory,
  createEngine,
  begin,
  names,
}) => {
  const engine = createEngine();
  await begin(engine, megabyte / 4);
  await fs.rm(path.join(directory, "one.bin.part"));
  await engine.idle();
  expect(only(engine).error?.exitCode).toBe(7);
  expect(only(engine).error?.message).toContain("its partial file is gone");
  expect(await names()).toEqual([]);
});
