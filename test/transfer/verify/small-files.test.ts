import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, onTestFinished, vi } from "vitest";
import { syncDirectoryNow, syncFile } from "../../../source/files/disk.ts";
import {
  createBodyPool,
  type SmallFile,
  saveTogether,
} from "../../../source/transfer/verify/small-files.ts";
import { test as base } from "../file-in-folder.ts";

vi.mock("../../../source/files/disk.ts", { spy: true });

const hashOf = (text: string, name: string) => createHash(name).update(text).digest("hex");

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: it failed`), { code });
}

/** The path of an open file; that of a removed one too. */
function openedAs(fd: string): string {
  try {
    return fs.readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return "";
  }
}

const test = base
  /** A small file in the folder. */
  .extend("fileOf", ({ folder }) => {
    return (name: string, more: Partial<SmallFile> = {}): SmallFile => ({
      name,
      path: path.join(folder, name),
      replaces: false,
      checks: [],
      bytes: Buffer.from(`bytes of ${name}`),
      ...more,
    });
  })
  .extend("content", ({ folder }) => {
    return (name: string) => fs.readFileSync(path.join(folder, name), "utf8");
  });

describe("small files", () => {
  test("are saved together, each with its result", async ({ content, fileOf, names }) => {
    const text = "bytes of b";
    const files = [
      fileOf("a", { checks: ["sha256"] }),
      fileOf("b", { checks: ["sha256", "md5"], md5: hashOf(text, "md5") }),
      fileOf("c.gz", { checks: ["gzip"], bytes: gzipSync("rows") }),
    ];
    expect(await saveTogether(files)).toEqual([
      { kind: "saved", sha256: hashOf("bytes of a", "sha256"), verifiedBy: "size" },
      { kind: "saved", sha256: hashOf(text, "sha256"), verifiedBy: "md5" },
      { kind: "saved", sha256: undefined, verifiedBy: "gzip" },
    ]);
    expect(names()).toEqual(["a", "b", "c.gz"]);
    expect([content("a"), content("b")]).toEqual(["bytes of a", text]);
  });

  test("with wrong bytes are not saved, and the others are", async ({ fileOf, names }) => {
    const packed = gzipSync("rows");
    const damaged = Buffer.from(packed).fill(7, 10, 12);
    const files = [
      fileOf("a", { checks: ["md5"], md5: "0" }),
      fileOf("b"),
      fileOf("c.gz", { checks: ["gzip"], bytes: damaged }),
      fileOf("d", { bytes: damaged }),
      fileOf("e", { bytes: packed }),
      fileOf("f", {
        bytes: damaged,
        checks: ["md5"],
        md5: createHash("md5").update(damaged).digest("hex"),
      }),
      fileOf("g.zip", { checks: ["zip"] }),
    ];
    expect(await saveTogether(files)).toEqual([
      { kind: "wrong" },
      { kind: "saved", verifiedBy: "size" },
      { kind: "wrong" },
      { kind: "wrong" },
      { kind: "saved", verifiedBy: "gzip" },
      { kind: "saved", verifiedBy: "md5" },
      { kind: "wrong" },
    ]);
    expect(names()).toEqual(["b", "e", "f"]);
  });

  test("take no name that is taken, unless they replace the file", async ({
    content,
    fileOf,
    folder,
    names,
  }) => {
    for (const name of ["a", "b", "d.part"]) fs.writeFileSync(path.join(folder, name), "mine");
    fs.symlinkSync(path.join(folder, "nowhere"), path.join(folder, "e.part"));
    fs.writeFileSync(path.join(folder, "f.part.lock"), "");
    const outcomes = await saveTogether([
      fileOf("a"),
      fileOf("b", { replaces: true }),
      fileOf("c"),
      fileOf("c"),
      fileOf("d"),
      fileOf("e", { replaces: true }),
      fileOf("f"),
    ]);
    const kinds = outcomes.map(({ kind }) => kind);
    expect(kinds).toEqual(["taken", "saved", "saved", "taken", "taken", "taken", "taken"]);
    expect([content("a"), content("b"), content("d.part")]).toEqual(["mine", "bytes of b", "mine"]);
    expect(names()).toEqual(["a", "b", "c", "d.part", "e.part", "f.part.lock"]);
  });

  test("go to several folders", async ({ fileOf, folder, names }) => {
    const sub = path.join(folder, "sub");
    fs.mkdirSync(sub);
    const files = ["a", "b", "c"].map((name, index) =>
      fileOf(name, index === 1 ? { path: path.join(sub, name) } : {}),
    );
    vi.mocked(syncDirectoryNow).mockClear();
    const outcomes = await saveTogether(files);
    expect(outcomes.map(({ kind }) => kind)).toEqual(["saved", "saved", "saved"]);
    expect([names(), fs.readdirSync(sub)]).toEqual([["a", "c", "sub"], ["b"]]);
    expect(vi.mocked(syncDirectoryNow).mock.calls).toEqual([[folder], [sub]]);
  });

  test("that fail say why, and leave nothing", async ({ fileOf, folder, names }) => {
    const gone = path.join(folder, "gone", "b");
    expect(await saveTogether([fileOf("a"), fileOf("b", { path: gone })])).toMatchObject([
      { kind: "saved" },
      { kind: "failed", code: "ENOENT", message: expect.stringContaining("ENOENT") },
    ]);
    expect(names()).toEqual(["a"]);
  });

  test("are written in as many pieces as the system takes", async ({ content, fileOf }) => {
    const { writeSync } = fs;
    const write = vi.spyOn(fs, "writeSync").mockImplementation((fd, bytes, at) => {
      const rest = Buffer.from(String(bytes)).subarray(Number(at ?? 0));
      return writeSync(fd, rest.subarray(0, 4));
    });
    onTestFinished(() => write.mockRestore());
    expect(await saveTogether([fileOf("a")])).toMatchObject([{ kind: "saved" }]);
    expect(content("a")).toBe("bytes of a");
  });

  test("that cannot be written are removed, and the others are saved", async ({
    fileOf,
    names,
  }) => {
    const write = vi.spyOn(fs, "writeSync").mockImplementationOnce(() => {
      throw systemError("ENOSPC");
    });
    onTestFinished(() => write.mockRestore());
    expect(await saveTogether([fileOf("a"), fileOf("b")])).toMatchObject([
      { kind: "failed", code: "ENOSPC" },
      { kind: "saved" },
    ]);
    expect(names()).toEqual(["b"]);
  });

  test("that cannot be synced are closed and removed, and the others are saved", async ({
    fileOf,
    folder,
    names,
  }) => {
    vi.mocked(syncFile).mockRejectedValueOnce(systemError("EIO"));
    expect(await saveTogether([fileOf("a"), fileOf("b")])).toMatchObject([
      { kind: "failed", code: "EIO" },
      { kind: "saved" },
    ]);
    expect(names()).toEqual(["b"]);
    const open = fs.readdirSync("/proc/self/fd").map((fd) => openedAs(fd));
    expect(open.filter((file) => file.startsWith(folder))).toEqual([]);
  });

  test("are not saved in a folder that cannot be synced, and in the other folder they are", async ({
    fileOf,
    folder,
  }) => {
    const sub = path.join(folder, "sub");
    fs.mkdirSync(sub);
    vi.mocked(syncDirectoryNow).mockImplementationOnce(() => {
      throw systemError("EIO");
    });
    const other = fileOf("c", { path: path.join(sub, "c") });
    expect(await saveTogether([fileOf("a"), fileOf("b"), other])).toMatchObject([
      { kind: "failed", code: "EIO" },
      { kind: "failed", code: "EIO" },
      { kind: "saved" },
    ]);
  });

  test("that fail do not remove what another has saved under their name", async ({
    content,
    fileOf,
    folder,
  }) => {
    const rename = vi.spyOn(fs, "renameSync").mockImplementationOnce(() => {
      fs.writeFileSync(path.join(folder, "a"), "mine");
      throw systemError("EIO");
    });
    onTestFinished(() => rename.mockRestore());
    expect(await saveTogether([fileOf("a")])).toMatchObject([{ kind: "failed" }]);
    expect(content("a")).toBe("mine");
  });

  test("that cannot be closed are closed once, and the others are saved", async ({
    fileOf,
    names,
  }) => {
    const { closeSync } = fs;
    let parts = 0;
    const close = vi.spyOn(fs, "closeSync").mockImplementation((fd) => {
      const isPart = openedAs(String(fd)).endsWith(".part");
      closeSync(fd);
      if (!isPart) return;
      parts += 1;
      if (parts === 1) throw systemError("EIO");
    });
    onTestFinished(() => close.mockRestore());
    const outcomes = await saveTogether([fileOf("a"), fileOf("b")]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(["failed", "saved"]);
    expect(parts).toBe(2);
    expect(names()).toEqual(["b"]);
  });

  test("leave no journal of a part file that a power loss removed", async ({
    fileOf,
    folder,
    names,
  }) => {
    for (const end of ["journal", "journal.new"])
      fs.writeFileSync(path.join(folder, `a.part.${end}`), "");
    expect(await saveTogether([fileOf("a")])).toMatchObject([{ kind: "saved" }]);
    expect(names()).toEqual(["a"]);
  });

  test("count as saved although a lock cannot be removed", async ({ fileOf, names }) => {
    const remove = vi.spyOn(fs, "rmSync").mockImplementationOnce(() => {
      throw systemError("EIO");
    });
    onTestFinished(() => remove.mockRestore());
    expect(await saveTogether([fileOf("a"), fileOf("b")])).toMatchObject([
      { kind: "saved" },
      { kind: "saved" },
    ]);
    expect(names()).toEqual(["a", "a.part.lock", "b"]);
  });
});

describe("memory for small files", () => {
  test("is as long as requested, and shared with other threads", () => {
    const body = createBodyPool().acquire(5);
    expect(body.bytes).toHaveLength(5);
    expect(body.bytes.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  test("is used again once it is released, and not before", () => {
    const pool = createBodyPool();
    const [first, second] = [pool.acquire(1), pool.acquire(1)];
    expect(second.bytes.buffer).not.toBe(first.bytes.buffer);
    first.release();
    expect(pool.acquire(1).bytes.buffer).toBe(first.bytes.buffer);
  });

  test("is used again only for a file of about the same size", () => {
    const pool = createBodyPool();
    const [small, large] = [pool.acquire(256 * 1024), pool.acquire(256 * 1024 + 1)];
    small.release();
    large.release();
    expect(pool.acquire(2 * 1024 * 1024).bytes.buffer).toBe(large.bytes.buffer);
    expect(pool.acquire(1).bytes.buffer).toBe(small.bytes.buffer);
  });

  test("is kept up to 30 MB", () => {
    const pool = createBodyPool();
    const bodies = Array.from({ length: 16 }, () => pool.acquire(2 * 1024 * 1024));
    for (const body of bodies) body.release();
    const before = new Set(bodies.map(({ bytes }) => bytes.buffer));
    const again = bodies.map(() => pool.acquire(2 * 1024 * 1024).bytes.buffer);
    expect(again.filter((buffer) => before.has(buffer))).toHaveLength(15);
  });
});
