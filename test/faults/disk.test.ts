import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect } from "vitest";
import { expectWords, type FaultFixture, test as it, type Order } from "./fault-fixture.ts";

/** Why, in words that name no code. */
const reasons: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EROFS: "the file system is read-only",
  EACCES: "permission was denied",
  EPERM: "it is not permitted",
  ENOTDIR: "it is not a folder",
};

const settingsReason = (code: string | undefined) =>
  `settings [^\n]+: ${reasons[code ?? ""]}\\. [^\n]+ CFS_CONFIG_DIR [^\n]+\\.\n`;

const words: Readonly<Record<string, RegExp>> = {
  ENOSPC: /the disk is full\. Free some space/,
  EDQUOT: /quota is used up/,
  EIO: /the disk failed \(EIO\)/,
  EROFS: /the file system is read-only\. Choose a folder that can be written/,
  EACCES: /permission was denied\. Choose a folder that you may write to/,
};

describe("a disk error ends a download with 7 and a message, and the next call completes it", () => {
  it.for<[moment: string, Order]>([
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
  ])("%s", async ([_, order], { setting }) => {
    const refused = await setting.get([order]);
    expect(refused.code).toBe(7);
    expect(refused.stderr).toMatch(words[order.code ?? ""] ?? /^$/);
    expectWords(refused.stderr, setting);
    await setting.expectSound(order.call === "unlink" ? /lock$/ : undefined);
    const resumed = await setting.get();
    expect({ code: resumed.code, stderr: resumed.stderr }).toEqual({ code: 0, stderr: "" });
    await setting.expectWhole();
  });

  it("a lock of a small file that cannot be removed does not fail the download", async ({
    setting,
  }) => {
    const order: Order = { call: "unlink", path: "small.*lock$", code: "EIO" };
    expect((await setting.get([order])).code).toBe(0);
    expect((await setting.get()).code).toBe(0);
  });

  it("bytes that a failed fsync lost are fetched again, even if a later fsync succeeds", async ({
    setting,
  }) => {
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
  it.override("account", "password");
  const listing = ["packages", "bulk-A", "--json"];
  it.for(["EROFS", "EACCES", "EPERM", "ENOSPC", "EDQUOT", "ENOTDIR"])(
    "(%s) keeps no session, which is reported once, and fails no command",
    async (code, { setting }) => {
      const { code: exitCode, stdout, stderr } = await setting.run(listing, [lockRefused(code)]);
      expect({ exitCode, stderr }).toEqual({
        exitCode: 0,
        stderr: expect.stringMatching(new RegExp(`^cfs: Writing the ${settingsReason(code)}$`)),
      });
      expect(stdout).toContain('"packageName":"Pack"');
      expect(await setting.namesInSettings()).not.toContain("config.json");
    },
  );

  it("(EROFS) keeps no session either if it does not exist yet", async ({ folder, setting }) => {
    await rm(join(folder, "settings"), { recursive: true });
    const order: Order = { call: "mkdir", path: "settings$", code: "EROFS" };
    const { code, stdout, stderr } = await setting.run(listing, [order]);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(
        new RegExp(`^cfs: Making the settings folder [^\n]+: ${reasons["EROFS"]}\\. [^\n]+\n$`),
      ),
    });
    expect(stdout).toContain('"packageName":"Pack"');
  });

  it("is not blocked by its own lock that could not be closed", async ({ setting }) => {
    const order: Order = { call: "close", path: "config\\.json\\.lock$", times: 1, code: "EDQUOT" };
    const { code, stderr } = await setting.run(listing, [order]);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(new RegExp(`^cfs: Writing the ${settingsReason("EDQUOT")}$`)),
    });
  });

  it("is not retried for the same lock", async ({ setting, folder }) => {
    await setting.run(listing, [lockRefused("EROFS", 1)]);
    const { sessions = [] } = JSON.parse(
      await readFile(join(folder, "settings", "config.json"), "utf8"),
    );
    expect(sessions).toEqual([]);
  });
});

describe("a settings folder that cannot be written, without credentials in the environment", () => {
  it.override("account", "kept");

  it.for<[moment: string, Order]>([
    ["full", { call: "rename", path: "config\\.json", code: "ENOSPC" }],
    ["read-only", lockRefused("EROFS")],
    ["full for the lock", { call: "write", path: "config\\.json\\.lock$", code: "ENOSPC" }],
  ])(
    "(%s) ends a login with 7, and the reason is reported once",
    async ([_, order], { setting }) => {
      const { code, stdout, stderr } = await setting.login([order]);
      expect({ code, stdout }).toEqual({ code: 7, stdout: "" });
      expect(stderr).toMatch(
        new RegExp(
          `^cfs: Writing the ${settingsReason(order.code)}` +
            "The sign-in as [^\n]+ worked, but the session is not kept\\.\n$",
        ),
      );
      expect((await setting.run(["status"])).code).toBe(3);
    },
  );

  it("does not matter if nobody is signed in", async ({ setting }) => {
    const status = await setting.run(["status"], [lockRefused("EROFS")]);
    expect(status).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/^cfs: [^\n]+no session is kept[^\n]+\n$/),
    });
    expect(await setting.run(["logout"], [lockRefused("EROFS")])).toMatchObject({
      code: 0,
      stderr: expect.stringContaining("You were not signed in."),
    });
  });

  it("is reported if it cannot be read", async ({ setting }) => {
    await setting.signIn();
    for (const after of [0, 1, 2]) {
      const order: Order = { call: "read", path: "config\\.json$", after, code: "EMFILE" };
      const { code, stderr } = await setting.run(["status"], [order]);
      expect({ after, code, stderr }).toEqual({
        after,
        code: 7,
        stderr: expect.stringMatching(
          /^cfs: Reading the settings [^\n]+: too many files are open\. [^\n]+\(ulimit -n\)\.\n$/,
        ),
      });
    }
    expect((await setting.run(["status"])).code).toBe(0);
  });

  it("does not lose the kept session, which is renewed under the lock only", async ({
    setting,
  }) => {
    await setting.signIn();
    for (const word of ["status", "logout"]) {
      const refused = await setting.run([word], [lockRefused("EROFS")]);
      expect(refused.code).toBe(7);
      expect(refused.stderr).toMatch(new RegExp(`^cfs: Writing the ${settingsReason("EROFS")}`));
    }
    expect(setting.sandbox.requests.filter(({ place }) => place === "token")).toHaveLength(1);
    expect((await setting.run(["status"])).code).toBe(0);
  });
});

describe("a disk error ends a sync with 7 and a message, and the next sync completes it", () => {
  const sync = (setting: FaultFixture, orders?: Order[]) =>
    setting.run(["sync", "bulk-A", "--package", "Pack", "-o", setting.folder], orders);

  it.for<[moment: string, Order]>([
    ["making its own folder", { call: "mkdir", path: "\\.cfs-sync$", code: "ENOSPC" }],
    ["taking the folder", { call: "write", path: "\\.cfs-sync/lock", code: "ENOSPC" }],
    ["writing the manifest", { call: "write", path: "manifest\\.json\\.new", code: "ENOSPC" }],
    ["writing it at the end", { call: "write", path: "manifest", after: 1, code: "EDQUOT" }],
    ["fsync of the manifest", { call: "sync", path: "manifest\\.json\\.new", code: "EIO" }],
    ["the manifest's name", { call: "rename", path: "manifest\\.json\\.new", code: "EROFS" }],
    ["fsync of its folder", { call: "sync", path: "\\.cfs-sync$", code: "EIO" }],
    ["giving the folder back", { call: "unlink", path: "\\.cfs-sync/lock$", code: "EROFS" }],
  ])("%s", async ([_, order], { setting }) => {
    const refused = await sync(setting, [order]);
    expect(refused.code).toBe(7);
    expect(refused.stderr).toMatch(words[order.code ?? ""] ?? /^$/);
    await setting.expectSound(/^\.cfs-sync$/);
    const { code, stderr } = await sync(setting);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(/, 0 failed|nothing new/),
    });
    expect((await readdir(setting.folder)).sort()).toEqual([
      ".cfs-sync",
      "large.csv.gz",
      "small.csv.gz",
    ]);
    expect(await readdir(join(setting.folder, ".cfs-sync"))).toEqual(["manifest.json"]);
    await setting.expectSound(/^\.cfs-sync$/);
  });

  it("a folder that cannot be listed is reported, and the manifest forgets nothing", async ({
    setting,
  }) => {
    const { catalogue } = setting.sandbox;
    const [fileSet] = catalogue.fileSets.values();
    const packageId = fileSet?.packageId ?? "";
    const files = [{ filename: "old.csv", bytes: 1_000 }];
    const old = catalogue.addFileSet({ name: "Old", packageId, files });
    await sync(setting);
    old.status = "PENDING";
    const refused = await sync(setting, [
      { call: "readdir", path: "/out$", code: "EIO", after: 1 },
    ]);
    expect(refused.code).toBe(7);
    expect(refused.stderr).toMatch(/the disk failed \(EIO\)/);
    expect((await sync(setting)).code).toBe(0);
  });

  it("facts that could not be written to the manifest's log are in the manifest at the end", async ({
    setting,
  }) => {
    const { code } = await sync(setting, [
      { call: "write", path: "\\.cfs-sync/log$", code: "ENOSPC" },
      { call: "close", path: "\\.cfs-sync/log$", code: "EDQUOT" },
    ]);
    expect(code).toBe(0);
    expect((await sync(setting)).stderr).toMatch(/Up to date: 2 files/);
  });
});

describe("a disk error ends an unpacking with 7 and a message, and the next call completes it", () => {
  it.for<[moment: string, Order]>([
    ["making it", { call: "open", path: "large\\.csv\\.part$", code: "EACCES" }],
    ["its bytes", { call: "write", path: "large\\.csv\\.part$", after: 1, code: "ENOSPC" }],
    ["fsync", { call: "sync", path: "large\\.csv\\.part$", code: "EIO" }],
    ["its name", { call: "rename", path: "large\\.csv\\.part$", code: "EROFS" }],
  ])("%s", async ([_, order], { setting }) => {
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

describe("a disk that takes only a part of a write", () => {
  const part = (path: string): Order => ({ call: "write", path, code: "SHORT" });

  it("gets the rest in another write, and an unpacked file is complete", async ({ setting }) => {
    const words = ["get", setting.fileSetId, "-o", setting.folder, "--unpack"];
    const { code } = await setting.run(words, [part("large\\.csv\\.part$")]);
    expect(code).toBe(0);
    const packed = await readFile(join(setting.folder, "large.csv.gz"));
    const unpacked = await readFile(join(setting.folder, "large.csv"));
    expect(unpacked.equals(gunzipSync(packed))).toBe(true);
  });

  describe("of the settings", () => {
    it.override("account", "kept");

    it("damages no settings, because the write counts as failed", async ({ setting }) => {
      await setting.signIn();
      const refused = await setting.login([part("config\\.json")]);
      expect({ code: refused.code, stderr: refused.stderr }).toEqual({
        code: 7,
        stderr: expect.stringMatching(
          new RegExp(`^cfs: Writing the ${settingsReason("ENOSPC")}The sign-in as `),
        ),
      });
      const names = await setting.namesInSettings();
      expect(names.filter((name) => /damaged|tmp|new/.test(name))).toEqual([]);
      expect((await setting.run(["config"])).stderr).toBe("");
    });
  });
});

describe("the folder of a demo", () => {
  const words = ["--demo", "packages", "bulk-ESG"];

  it("that cannot be created ends the call with 7 and a message", async ({ setting }) => {
    const refused = await setting.run(words, [{ call: "mkdir", path: "cfs-demo", code: "ENOSPC" }]);
    expect(refused.code).toBe(7);
    expect(refused.stderr).toMatch(/^cfs: Making a folder for the demo: the disk is full\./);
  });

  it("that cannot be removed does not fail the call", async ({ setting }) => {
    const { code, stderr } = await setting.run(words, [
      { call: "unlink", path: "cfs-demo-[^/]*$", code: "EROFS" },
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });
});

describe("a logout", () => {
  it.override("account", "kept");

  it("reports a disk that does not let the session be forgotten, and forgets it the next time", async ({
    setting,
  }) => {
    await setting.signIn();
    const full: Order = { call: "rename", path: "config\\.json", code: "ENOSPC" };
    const refused = await setting.run(["logout"], [full]);
    expect(refused.code).toBe(7);
    expect(refused.stderr).toContain("Writing the settings");
    expect(refused.stderr).not.toContain("forgotten");
    expect((await setting.run(["logout"])).code).toBe(0);
    expect(await setting.run(["logout"])).toMatchObject({ stderr: "You were not signed in.\n" });
  });
});
