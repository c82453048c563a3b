import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFaultFixture, expectWords, type FaultFixture, type Order } from "./fault-fixture.ts";

let setting: FaultFixture;

beforeEach(async () => {
  setting = await createFaultFixture();
});

afterEach(() => setting.close());

const words: Readonly<Record<string, RegExp>> = {
  ENOSPC: /the disk is full\. Free some space/,
  EDQUOT: /quota is used up/,
  EIO: /the disk failed \(EIO\)/,
  EROFS: /the file system is read-only\. Choose a folder that can be written/,
  EACCES: /permission was denied\. Choose a folder that you may write to/,
};

describe("a disk that refuses ends a download with 7 and words, and the next call completes it", () => {
  it.each<[moment: string, Order]>([
    ["making the folder", { call: "mkdir", path: "/out$", code: "EACCES" }],
    ["making a lock", { call: "open", path: "lock$", code: "EROFS" }],
    ["writing a lock", { call: "write", path: "lock$", code: "ENOSPC" }],
    ["giving a lock back", { call: "unlink", path: "large.*lock$", code: "EIO" }],
    ["making partial files", { call: "open", path: "\\.part$", code: "EACCES" }],
    ["the first byte", { call: "write", path: "large.*\\.part$", code: "ENOSPC" }],
    ["the middle", { call: "write", path: "large.*\\.part$", after: 2, code: "EDQUOT" }],
    ["the middle, broken", { call: "write", path: "large.*\\.part$", after: 2, code: "EIO" }],
    ["a small file's bytes", { call: "write", path: "small.*\\.part$", code: "ENOSPC" }],
    ["making the journal", { call: "open", path: "journal", code: "EACCES" }],
    ["beginning the journal", { call: "write", path: "journal", code: "ENOSPC" }],
    ["the journal's name", { call: "rename", path: "journal", code: "EIO" }],
    ["the journal midway", { call: "write", path: "journal$", after: 1, code: "EDQUOT" }],
    ["fsync of both", { call: "sync", path: "\\.part$", code: "EIO" }],
    ["fsync of the small", { call: "sync", path: "small.*\\.part$", code: "ENOSPC" }],
    ["the final names", { call: "rename", path: "\\.part$", code: "EIO" }],
    ["the small one's name", { call: "rename", path: "small.*\\.part$", code: "EROFS" }],
    ["fsync of the folder", { call: "sync", path: "/out$", code: "EIO" }],
    ["opening the folder for it", { call: "open", path: "/out$", code: "EACCES" }],
    ["removing the journal", { call: "unlink", path: "journal$", code: "EROFS" }],
  ])("%s", async (_, order) => {
    const refused = await setting.get([order]);
    expect(refused.code).toBe(7);
    expect(refused.stderr).toMatch(words[order.code ?? ""] ?? /^$/);
    expectWords(refused.stderr, setting);
    await setting.expectSound(order.call === "unlink" ? /lock$/ : undefined);
    const resumed = await setting.get();
    expect({ code: resumed.code, stderr: resumed.stderr }).toEqual({ code: 0, stderr: "" });
    await setting.expectWhole();
  });

  it("a lock of a small file that cannot be given back is no matter: the file is there", async () => {
    const order: Order = { call: "unlink", path: "small.*lock$", code: "EIO" };
    expect((await setting.get([order])).code).toBe(0);
    expect((await setting.get()).code).toBe(0);
  });

  it("bytes that a sync lost behind the writing are fetched again, though a later sync went well", async () => {
    const cut: Order = { call: "write", path: "large.*\\.part$", after: 1, signal: "SIGTERM" };
    await setting.get([cut]);
    expect(await readdir(setting.folder)).toContain("large.csv.gz.part");
    const lost: Order = { call: "sync", path: "large.*\\.part$", times: 1, code: "EIO" };
    const told = await setting.get([lost]);
    expect(told.code).toBe(7);
    expect(await readdir(setting.folder)).toEqual(["small.csv.gz"]);
    expect((await setting.get()).code).toBe(0);
    await setting.expectWhole();
  });
});

const lockRefused = (code: string, times?: number): Order => ({
  call: "open",
  path: "config\\.json\\.lock$",
  code,
  ...(times === undefined ? {} : { times }),
});

describe("a settings folder that cannot be written", () => {
  const listing = ["packages", "bulk-A", "--json"];
  let kept: FaultFixture;

  afterEach(() => kept.close());

  it.each(["EROFS", "EACCES", "EPERM", "ENOSPC", "EDQUOT", "ENOTDIR"])(
    "(%s) keeps no session, which is told once, and stops no command",
    async (code) => {
      kept = await createFaultFixture({ account: "password" });
      const { code: exitCode, stdout, stderr } = await kept.run(listing, [lockRefused(code)]);
      expect({ exitCode, stderr }).toEqual({
        exitCode: 0,
        stderr: expect.stringMatching(
          new RegExp(`^cfs: Writing the settings [^\n]+: ${code}: [^\n]+CFS_CONFIG_DIR[^\n]+\n$`),
        ),
      });
      expect(stdout).toContain('"packageName":"Pack"');
      expect(await kept.namesInSettings()).not.toContain("config.json");
    },
  );

  it("is not asked again for the same lock", async () => {
    kept = await createFaultFixture({ account: "password" });
    await kept.run(listing, [lockRefused("EROFS", 1)]);
    const { sessions = [] } = JSON.parse(
      await readFile(join(kept.home.directory, "settings", "config.json"), "utf8"),
    );
    expect(sessions).toEqual([]);
  });

  it.each<[moment: string, Order]>([
    ["full", { call: "rename", path: "config\\.json", code: "ENOSPC" }],
    ["read-only", lockRefused("EROFS")],
  ])("(%s) ends a login with 7, and why is told once", async (_, order) => {
    kept = await createFaultFixture({ account: "kept" });
    const { code, stdout, stderr } = await kept.login([order]);
    expect({ code, stdout }).toEqual({ code: 7, stdout: "" });
    expect(stderr).toMatch(
      new RegExp(
        `^cfs: Writing the settings [^\n]+: ${order.code}: [^\n]+\n` +
          "The sign-in as [^\n]+ worked, but the session is not kept\\.\n$",
      ),
    );
    expect((await kept.run(["status"])).code).toBe(3);
  });

  it("is no matter where nobody is signed in", async () => {
    kept = await createFaultFixture({ account: "kept" });
    const status = await kept.run(["status"], [lockRefused("EROFS")]);
    expect(status).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/^cfs: [^\n]+no session is kept[^\n]+\n$/),
    });
    expect(await kept.run(["logout"], [lockRefused("EROFS")])).toMatchObject({
      code: 0,
      stderr: expect.stringContaining("Nobody was signed in."),
    });
  });

  it("costs nobody the session that is kept there: it is spent under the lock only", async () => {
    kept = await createFaultFixture({ account: "kept" });
    await kept.login();
    for (const word of ["status", "logout"]) {
      const refused = await kept.run([word], [lockRefused("EROFS")]);
      expect(refused.code).toBe(7);
      expect(refused.stderr).toContain("EROFS");
    }
    expect(kept.sandbox.requests.filter(({ place }) => place === "token")).toHaveLength(1);
    expect((await kept.run(["status"])).code).toBe(0);
  });
});

describe("a disk that refuses while a folder is synced ends with 7 and words, and the next sync completes it", () => {
  const sync = (orders?: Order[]) =>
    setting.run(["sync", "bulk-A", "--package", "Pack", "-o", setting.folder], orders);

  it.each<[moment: string, Order]>([
    ["making its own folder", { call: "mkdir", path: "\\.cfs-sync$", code: "ENOSPC" }],
    ["taking the folder", { call: "write", path: "\\.cfs-sync/lock", code: "ENOSPC" }],
    ["writing the manifest", { call: "write", path: "manifest\\.json\\.new", code: "ENOSPC" }],
    ["writing it at the end", { call: "write", path: "manifest", after: 1, code: "EDQUOT" }],
    ["fsync of the manifest", { call: "sync", path: "manifest\\.json\\.new", code: "EIO" }],
    ["the manifest's name", { call: "rename", path: "manifest\\.json\\.new", code: "EROFS" }],
    ["fsync of its folder", { call: "sync", path: "\\.cfs-sync$", code: "EIO" }],
  ])("%s", async (_, order) => {
    const refused = await sync([order]);
    expect(refused.code).toBe(7);
    expect(refused.stderr).toMatch(words[order.code ?? ""] ?? /^$/);
    await setting.expectSound(/^\.cfs-sync$/);
    const { code, stderr } = await sync();
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining(", 0 failed") });
    expect((await readdir(setting.folder)).sort()).toEqual([
      ".cfs-sync",
      "large.csv.gz",
      "small.csv.gz",
    ]);
    expect(await readdir(join(setting.folder, ".cfs-sync"))).toEqual(["manifest.json"]);
    await setting.expectSound(/^\.cfs-sync$/);
  });

  it("what cannot be written behind the manifest is in it at the end", async () => {
    const { code } = await sync([{ call: "write", path: "manifest\\.log", code: "ENOSPC" }]);
    expect(code).toBe(0);
    expect((await sync()).stderr).toMatch(/0 new files, 2 there already/);
  });
});

describe("a disk that refuses while a file is unpacked ends with 7 and words, and the next call completes it", () => {
  it.each<[moment: string, Order]>([
    ["making it", { call: "open", path: "large\\.csv\\.part$", code: "EACCES" }],
    ["its bytes", { call: "write", path: "large\\.csv\\.part$", after: 1, code: "ENOSPC" }],
    ["fsync", { call: "sync", path: "large\\.csv\\.part$", code: "EIO" }],
    ["its name", { call: "rename", path: "large\\.csv\\.part$", code: "EROFS" }],
  ])("%s", async (_, order) => {
    const unpack = (orders?: Order[]) =>
      setting.run(["get", setting.fileSetId, "-o", setting.folder, "--unpack"], orders);
    const refused = await unpack([order]);
    expect(refused.code).toBe(7);
    expect(refused.stderr).toMatch(words[order.code ?? ""] ?? /^$/);
    expectWords(refused.stderr, setting);
    await setting.expectSound(/^small\.csv$/);
    expect((await unpack()).code).toBe(0);
    expect((await readdir(setting.folder)).sort()).toEqual([
      "large.csv",
      "large.csv.gz",
      "small.csv",
      "small.csv.gz",
    ]);
  });
});

it("a disk that does not let a session be forgotten is told as such, and the next logout forgets it", async () => {
  const kept = await createFaultFixture({ account: "kept" });
  await kept.login();
  const full: Order = { call: "rename", path: "config\\.json", code: "ENOSPC" };
  const refused = await kept.run(["logout"], [full]);
  expect(refused.code).toBe(7);
  expect(refused.stderr).toContain("Writing the settings");
  expect(refused.stderr).not.toContain("forgotten");
  expect((await kept.run(["logout"])).code).toBe(0);
  expect(await kept.run(["logout"])).toMatchObject({ stderr: "Nobody was signed in.\n" });
  await kept.close();
});
