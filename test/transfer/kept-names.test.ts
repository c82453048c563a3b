import { createHash, randomBytes } from "node:crypto";
import fs from "node:fs/promises";
import path from "node:path";
import { describe, expect } from "vitest";
import type { Transfer, TransferFile } from "../../source/transfer/engine.ts";
import { test as base } from "./engine-fixture.ts";

const small = 3_000;
const large = 600_000;

const it = base.extend("fetchNamed", ({ createEngine, directory }) => {
  return async (
    files: readonly TransferFile[],
    overwrite = false,
  ): Promise<readonly Transfer[]> => {
    const engine = createEngine();
    engine.add(files.map((file) => ({ file, directory, overwrite, keepsName: true })));
    await engine.idle();
    return engine.snapshot().transfers;
  };
});

describe.each([small, large])("a file of %i bytes that keeps its name", (bytes) => {
  it("is saved under it, and skipped when it is fetched again", async ({ fetchNamed, offer }) => {
    const body = randomBytes(bytes);
    const md5 = createHash("md5").update(body).digest("hex");
    const file = offer("a", body, { md5 });
    expect(await fetchNamed([file])).toMatchObject([{ state: "saved" }]);
    expect(await fetchNamed([file])).toMatchObject([{ state: "skipped", bytesFetched: 0 }]);
    expect(await fetchNamed([file], true)).toMatchObject([{ state: "skipped" }]);
  });

  it("fails if another file has the name, and leaves that file", async ({
    content,
    directory,
    fetchNamed,
    offer,
  }) => {
    await fs.writeFile(path.join(directory, "a.bin"), "mine");
    const [transfer] = await fetchNamed([offer("a", randomBytes(bytes))]);
    expect(transfer?.state).toBe("failed");
    expect(transfer?.error?.message).toBe(
      `Saving ${path.join(directory, "a.bin")}: another file has this name, or is being downloaded under it. Move it away, or use --overwrite.`,
    );
    expect(transfer?.error?.kind).toBe("disk");
    expect((await content("a.bin")).toString()).toBe("mine");
    expect(await fs.readdir(directory)).toEqual(["a.bin"]);
  });

  it("replaces another file if that is requested", async ({
    directory,
    expectOnly,
    fetchNamed,
    offer,
  }) => {
    await fs.writeFile(path.join(directory, "a.bin"), "mine");
    const body = randomBytes(bytes);
    expect(await fetchNamed([offer("a", body)], true)).toMatchObject([{ state: "saved" }]);
    await expectOnly("a.bin", body);
  });
});

it("of two files that keep one name, one fails", async ({ fetchNamed, offer }) => {
  const files = ["a", "b"].map((id) => offer(id, randomBytes(large), { name: "same.bin" }));
  const states = (await fetchNamed(files)).map(({ state }) => state);
  expect(states.toSorted()).toEqual(["failed", "saved"]);
});
