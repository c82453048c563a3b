import fs from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect } from "vitest";
import { unpackFile } from "../../source/unpack/unpack-file.ts";
import { test } from "../support/test.ts";

const it = test
  .extend("out", async ({ folder }) => {
    const out = join(folder, "out");
    await fs.mkdir(out);
    return out;
  })
  /** A file that no download may touch. */
  .extend("precious", async ({ folder }) => {
    const precious = join(folder, "precious");
    await fs.writeFile(precious, "precious");
    return precious;
  })
  .extend("get", ({ out, program, sandbox: { catalogue } }) => {
    const { packageId } = catalogue.addPackage({ packageName: "Pack", bucketNames: ["bulk-A"] });
    return (size: "small" | "large") => {
      const files = [{ filename: "a.bin", bytes: size === "small" ? 9_000 : 600_000 }];
      const { id } = catalogue.addFileSet({ name: "S", packageId, files });
      return program.run(["get", id, "-o", out, "--json"]);
    };
  });

const sizes = ["small", "large"] as const;

it.for(
  sizes.flatMap(
    (size) =>
      [
        [size, "a file"],
        [size, "nowhere"],
      ] as const,
  ),
)(
  "a link at NAME.part of a %s file, that leads to %s, is not followed: 7 and a sentence",
  async ([size, where], { folder, out, precious, get }) => {
    const target = where === "a file" ? precious : join(folder, "new");
    await fs.symlink(target, join(out, "a.bin.part"));
    const { code, stderr } = await get(size);
    expect(code).toBe(7);
    expect(stderr).toContain("it is a symbolic link to another place, and it is not followed");
    expect(stderr).not.toContain("    at ");
    expect(await fs.readFile(precious, "utf8")).toBe("precious");
    await expect(fs.stat(join(folder, "new"))).rejects.toMatchObject({ code: "ENOENT" });
  },
);

it.for(
  sizes.flatMap((size) =>
    ["a.bin.part.journal", "a.bin.part.journal.new", "a.bin.part.lock", "a.bin"].map(
      (name) => [size, name] as const,
    ),
  ),
)(
  "beside a %s file, what a link at %s leads to stays, and the file arrives",
  async ([size, name], { out, precious, get }) => {
    await fs.symlink(precious, join(out, name));
    const { code, objects } = await get(size);
    expect(code).toBe(0);
    const [saved] = objects();
    expect(saved).toMatchObject({ status: "saved" });
    expect((await fs.lstat(String(saved?.["path"]))).isFile()).toBe(true);
    expect(await fs.readFile(precious, "utf8")).toBe("precious");
  },
);

it("a dangling link at NAME.part.lock does not block a download", async ({ folder, out, get }) => {
  await fs.symlink(join(folder, "new"), join(out, "a.bin.part.lock"));
  expect((await get("large")).code).toBe(0);
  await expect(fs.stat(join(folder, "new"))).rejects.toMatchObject({ code: "ENOENT" });
});

it("a folder at NAME.part is reported, with 7", async ({ out, get }) => {
  await fs.mkdir(join(out, "a.bin.part"));
  const { code, stderr } = await get("large");
  expect(code).toBe(7);
  expect(stderr).not.toContain("    at ");
});

it("a link at the path of an unpacked file is not followed", async ({ out, precious }) => {
  const packed = join(out, "b.csv.gz");
  await fs.writeFile(packed, gzipSync("a,b\n"));
  await fs.symlink(precious, join(out, "b.csv.part"));
  const { signal } = new AbortController();
  await expect(unpackFile(packed, { overwrite: false, signal })).rejects.toMatchObject({
    kind: "disk",
  });
  expect(await fs.readFile(precious, "utf8")).toBe("precious");
});

it("a gzip bomb is refused, and nothing of it is left", async ({ out }) => {
  const packed = join(out, "bomb.csv.gz");
  const piece = gzipSync(Buffer.alloc(64 * 1024 * 1024));
  await fs.writeFile(packed, Buffer.concat([piece, piece]));
  const { signal } = new AbortController();
  await expect(unpackFile(packed, { overwrite: false, signal })).rejects.toMatchObject({
    kind: "integrity",
    message: expect.stringContaining("more than 250 times its size"),
  });
  expect(await fs.readdir(out)).toEqual(["bomb.csv.gz"]);
});
