import fs from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../../source/sandbox/sandbox.ts";
import { unpackFile } from "../../source/unpack/unpack-file.ts";
import { type Home, makeHome, run } from "../support/program/run.ts";
import { credentialsOf } from "../support/sandbox/credentials.ts";

let sandbox: Sandbox;
let home: Home;
let folder: string;
let precious: string;
let ids: Record<"small" | "large", string>;

beforeEach(async () => {
  sandbox = await startSandbox({ empty: true });
  home = await makeHome(credentialsOf(sandbox));
  folder = join(home.directory, "out");
  precious = join(home.directory, "precious");
  await fs.mkdir(folder);
  await fs.writeFile(precious, "precious");
  const { packageId } = sandbox.catalogue.addPackage({
    packageName: "Pack",
    bucketNames: ["bulk-A"],
  });
  const add = (bytes: number) =>
    sandbox.catalogue.addFileSet({ name: "S", packageId, files: [{ filename: "a.bin", bytes }] })
      .id;
  ids = { small: add(9_000), large: add(600_000) };
});

afterEach(() => Promise.all([sandbox.close(), home.remove()]));

const get = (id: string) =>
  run(["get", id, "-o", folder, "--json"], {
    directory: home.directory,
    environment: home.environment,
  });

const sizes = ["small", "large"] as const;

it.each(
  sizes.flatMap(
    (size) =>
      [
        [size, "a file"],
        [size, "nowhere"],
      ] as const,
  ),
)(
  "a link at NAME.part of a %s file, that leads to %s, is not followed: 7 and a sentence",
  async (size, where) => {
    const target = where === "a file" ? precious : join(home.directory, "new");
    await fs.symlink(target, join(folder, "a.bin.part"));
    const { code, stderr } = await get(ids[size]);
    expect(code).toBe(7);
    expect(stderr).toContain("a link stands there that leads elsewhere, and it is not followed");
    expect(stderr).not.toContain("    at ");
    expect(await fs.readFile(precious, "utf8")).toBe("precious");
    await expect(fs.stat(join(home.directory, "new"))).rejects.toMatchObject({ code: "ENOENT" });
  },
);

it.each(
  sizes.flatMap((size) =>
    ["a.bin.part.journal", "a.bin.part.journal.new", "a.bin.part.lock", "a.bin"].map(
      (name) => [size, name] as const,
    ),
  ),
)(
  "beside a %s file, what a link at %s leads to stays, and the file arrives",
  async (size, name) => {
    await fs.symlink(precious, join(folder, name));
    const { code, objects } = await get(ids[size]);
    expect(code).toBe(0);
    const [saved] = objects();
    expect(saved).toMatchObject({ status: "saved" });
    expect((await fs.lstat(String(saved?.["path"]))).isFile()).toBe(true);
    expect(await fs.readFile(precious, "utf8")).toBe("precious");
  },
);

it("a link at NAME.part.lock that leads nowhere holds nobody up", async () => {
  await fs.symlink(join(home.directory, "new"), join(folder, "a.bin.part.lock"));
  expect((await get(ids.large)).code).toBe(0);
  await expect(fs.stat(join(home.directory, "new"))).rejects.toMatchObject({ code: "ENOENT" });
});

it("a folder at NAME.part is told, with 7", async () => {
  await fs.mkdir(join(folder, "a.bin.part"));
  const { code, stderr } = await get(ids.large);
  expect(code).toBe(7);
  expect(stderr).not.toContain("    at ");
});

it("a link where a file is to be unpacked is not followed", async () => {
  const packed = join(folder, "b.csv.gz");
  await fs.writeFile(packed, gzipSync("a,b\n"));
  await fs.symlink(precious, join(folder, "b.csv.part"));
  const { signal } = new AbortController();
  await expect(unpackFile(packed, { overwrite: false, signal })).rejects.toMatchObject({
    kind: "disk",
  });
  expect(await fs.readFile(precious, "utf8")).toBe("precious");
});

it("a gzip file that unpacks to a thousand times its size is given up, and nothing of it stays", async () => {
  const packed = join(folder, "bomb.csv.gz");
  const piece = gzipSync(Buffer.alloc(64 * 1024 * 1024));
  await fs.writeFile(packed, Buffer.concat([piece, piece]));
  const { signal } = new AbortController();
  await expect(unpackFile(packed, { overwrite: false, signal })).rejects.toMatchObject({
    kind: "integrity",
    message: expect.stringContaining("more than 250 times its size"),
  });
  expect(await fs.readdir(folder)).toEqual(["bomb.csv.gz"]);
});
