import fs from "node:fs/promises";
import path from "node:path";
import { describe, expect } from "vitest";
import { bodyDigest, type NewFile, namedFaults } from "../../source/sandbox/sandbox.ts";
import { offerFile } from "./processes.ts";
import { test as base } from "./sandbox-fixture.ts";

const bytes = 300_000;

const it = base
  /** Lists a file without an md5, in a file set of its own. */
  .extend("offer", ({ sandbox }) => {
    return (file: Partial<NewFile> = {}) =>
      offerFile(sandbox, { filename: "a.csv.gz", bytes, listedMd5: "missing", ...file });
  })
  .extend("names", ({ directory }) => {
    return async () => (await fs.readdir(directory)).sort();
  });

describe.each(["a.csv.gz", "a.zip", "a.csv"])("without an md5, %s", (filename) => {
  it.for(["true", "missing"] as const)(
    "that is there already is not fetched again, size listed: %s",
    async (listedSize, { fetchOne, offer, names }) => {
      const object = offer({ filename, listedSize });
      await fetchOne(object);
      const again = await fetchOne(object);
      expect(again).toMatchObject({ state: "skipped", bytesDone: bytes });
      expect(again.bytesFetched).toBeLessThan(20_000);
      expect(await names()).toEqual([filename]);
    },
  );

  it("is not mistaken for another of that name and size", async ({ fetchOne, offer, names }) => {
    const [one, two] = [offer({ filename }), offer({ filename })];
    await fetchOne(one);
    const second = await fetchOne(two);
    expect(second).toMatchObject({ state: "saved", sha256: await bodyDigest(two, "sha256") });
    expect(await names()).toHaveLength(2);
    const states = [await fetchOne(one), await fetchOne(two)].map(({ state }) => state);
    expect(states).toEqual(["skipped", "skipped"]);
    expect(await names()).toHaveLength(2);
  });
});

it("one byte in the middle distinguishes two plain files", async ({
  directory,
  fetchOne,
  offer,
  names,
}) => {
  const object = offer({ filename: "a.csv" });
  await fetchOne(object);
  const standing = path.join(directory, "a.csv");
  const body = await fs.readFile(standing);
  body[bytes / 2] = (body[bytes / 2] ?? 0) ^ 1;
  await fs.writeFile(standing, body);
  expect(await fetchOne(object)).toMatchObject({ state: "saved" });
  expect(await names()).toEqual(["a (2).csv", "a.csv"]);
  expect((await fs.readFile(standing)).equals(body)).toBe(true);
});

it("a busy store is retried, and one that ignores ranges does no harm", async ({
  sandbox,
  fetchOne,
  offer,
}) => {
  const object = offer();
  await fetchOne(object);
  const { faults } = sandbox;
  faults.add({ on: "objects", effect: namedFaults.slowDown(), times: 1 });
  faults.add({ on: "objects", effect: { kind: "stall", afterBytes: 100 }, after: 1, times: 1 });
  faults.add({ on: "objects", effect: { kind: "ignoreRange" } });
  expect(await fetchOne(object, 1_000)).toMatchObject({ state: "skipped" });
});

it("if the store does not say, nothing is assumed", async ({ sandbox, fetchOne, offer, names }) => {
  const object = offer();
  await fetchOne(object);
  sandbox.faults.add({ on: "objects", effect: { kind: "answer", status: 410 } });
  expect((await fetchOne(object)).error?.exitCode).toBe(5);
  expect(await names()).toEqual(["a.csv.gz"]);
});
