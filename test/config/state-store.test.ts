import { lstat, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { describe, expect, vi } from "vitest";
import { createPreferences } from "../../source/config/preferences.ts";
import { openStateStore } from "../../source/config/state-store.ts";
import { syncDirectoryNow } from "../../source/files/disk.ts";
import { test } from "../support/test.ts";

vi.mock("../../source/files/disk.ts", { spy: true });

const session = { host: "https://h", user: "u", appKey: "k", refreshToken: "r1", issuedAtMs: 1 };

const it = test
  .extend("directory", ({ folder }) => join(folder, "settings"))
  .extend("notices", (): string[] => [])
  .extend("open", ({ directory, notices }) => {
    const notice = (text: string) => notices.push(text);
    return (profile?: string) => openStateStore({ directory, notice, profile, nowMs: () => 7 });
  });

describe("openStateStore", () => {
  it("gives access to the file and its folder to the owner only", async ({ directory, open }) => {
    const kept = open();
    await kept.exclusive(async (transaction) =>
      transaction.write({ ...transaction.read(), sessions: [session] }),
    );
    expect((await stat(kept.path)).mode & 0o777).toBe(0o600);
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
    expect(open().read().sessions).toEqual([session]);
  });

  it("rejects a file in the place of the folder, and says so in words", async ({
    directory,
    open,
  }) => {
    await writeFile(directory, "");
    expect(open).toThrow(
      `Making the settings folder ${directory}: it is not a folder. ` +
        "Check that you own the folder and can write to it, or set CFS_CONFIG_DIR to another folder.",
    );
  });

  it("replaces the target of a link, not the link", async ({ folder, open }) => {
    const { path } = open();
    const real = join(folder, "elsewhere.json");
    await writeFile(real, "{}");
    await symlink(real, path);
    const kept = open();
    await kept.exclusive(async (transaction) =>
      transaction.write({ ...transaction.read(), sessions: [session] }),
    );
    expect((await lstat(path)).isSymbolicLink()).toBe(true);
    expect(await readFile(real, "utf8")).toContain("r1");
    expect(await readdir(folder)).toEqual(["elsewhere.json", "settings"]);
  });

  it("ignores an invalid visit", async ({ notices, open }) => {
    const kept = open();
    const text = JSON.stringify({ sessions: [session], lastVisit: { account: 5 } });
    await writeFile(kept.path, text);
    expect(open().read()).toMatchObject({ sessions: [session], lastVisit: undefined });
    expect(notices).toEqual([]);
  });

  it("removes other users' access to an existing file", async ({ open }) => {
    const kept = open();
    await writeFile(kept.path, "{}", { mode: 0o644 });
    open();
    expect((await stat(kept.path)).mode & 0o777).toBe(0o600);
  });

  it.for([
    "{ not json",
    "[]",
    '"text"',
    "null",
    '{"sessions":"none"}',
    '{"sessions":[{"host":1}]}',
    "\u0000",
  ])("sets an invalid file aside with a notice: %s", async (text, { directory, notices, open }) => {
    const { path } = open();
    await writeFile(path, text);
    const kept = open();
    expect(kept.read().sessions).toEqual([]);
    expect(notices).toHaveLength(1);
    expect(notices[0]).toContain("set aside");
    const aside = (await readdir(directory)).find((name) => name.includes("damaged"));
    expect(await readFile(join(directory, aside ?? ""), "utf8")).toBe(text);
  });

  it.for([
    '\ufeff{"sessions":[SESSION]}',
    '{"sessions":[SESSION],"downloadDirectory":7}',
    '{"sessions":[SESSION],"recentBuckets":"bulk-ESG"}',
    '{"sessions":[SESSION],"lastAccount":{"kind":"none"}}',
    '{"sessions":[SESSION],"subscriptions":7}',
  ])(
    "keeps the session beside a value that it can do without: %s",
    async (text, { notices, open }) => {
      const session = { host: "h", user: "u", appKey: "k", refreshToken: "r", issuedAtMs: 1 };
      const { path } = open();
      await writeFile(path, text.replace("SESSION", JSON.stringify(session)));
      const { sessions, recentBuckets, downloadDirectory } = open().read();
      expect(sessions).toEqual([session]);
      expect(recentBuckets).toEqual([]);
      expect(downloadDirectory).toBeUndefined();
      expect(notices).toEqual([]);
    },
  );

  it("keeps fields that it does not know", async ({ open }) => {
    const { path } = open();
    await writeFile(path, '{"later":{"x":1}}');
    const kept = open();
    await kept.exclusive(async (transaction) =>
      transaction.write({ ...transaction.read(), recentBuckets: ["b"] }),
    );
    expect(JSON.parse(await readFile(path, "utf8"))).toMatchObject({
      later: { x: 1 },
      recentBuckets: ["b"],
    });
  });

  it.for(["archive", "constructor", "__proto__"])(
    "keeps the session of the profile %s beside the default one",
    async (profile, { open, notices }) => {
      const keep = (kept: ReturnType<typeof open>, user: string) =>
        kept.exclusive(async ({ read, write }) =>
          write({ ...read(), sessions: [{ ...session, user }], recentBuckets: [user] }),
        );
      await keep(open(), "u");
      await keep(open(profile), "v");
      await keep(open("other"), "w");
      const usersOf = (name?: string) =>
        open(name)
          .read()
          .sessions.map(({ user }) => user);
      expect([usersOf(), usersOf(profile), usersOf("other")]).toEqual([["u"], ["v"], ["w"]]);
      expect(open().read().recentBuckets).toEqual(["w"]);
      expect(notices).toEqual([]);
    },
  );

  it("keeps what a later version knows of a profile", async ({ open }) => {
    const { path } = open();
    await writeFile(path, JSON.stringify({ profiles: [{ name: "a", sessions: [session], x: 1 }] }));
    const kept = open("a");
    await kept.exclusive(async ({ read, write }) => write({ ...read(), lastVisit: undefined }));
    expect(JSON.parse(await readFile(path, "utf8"))).toMatchObject({
      profiles: [{ name: "a", sessions: [session], x: 1 }],
    });
  });

  it("makes no profile of one that was never signed in", async ({ open }) => {
    const kept = open("a");
    await kept.exclusive(async ({ read, write }) => write({ ...read(), recentBuckets: ["b"] }));
    expect(JSON.parse(await readFile(kept.path, "utf8"))).not.toHaveProperty("profiles");
  });

  it("syncs its folder and the folder's name only for a session", async ({
    folder,
    directory,
    open,
  }) => {
    const kept = open();
    const synced = vi.mocked(syncDirectoryNow);
    const writeWith = async (more: object) => {
      synced.mockClear();
      await kept.exclusive(async ({ read, write }) => write({ ...read(), ...more }));
      return synced.mock.calls.map(([path]) => path);
    };
    expect(await writeWith({ sessions: [session] })).toEqual([directory, folder]);
    expect(await writeWith({ recentBuckets: ["a"] })).toEqual([]);
    const own = open("archive");
    synced.mockClear();
    await own.exclusive(async ({ read, write }) => write({ ...read(), sessions: [session] }));
    expect(synced).toHaveBeenCalledTimes(2);
  });

  it("runs one transaction at a time", async ({ open }) => {
    const one = open();
    const other = open();
    const order: string[] = [];
    const first = one.exclusive(async () => {
      order.push("first in");
      await new Promise((resolve) => setImmediate(resolve));
      order.push("first out");
    });
    await Promise.all([first, other.exclusive(async () => void order.push("second"))]);
    expect(order.indexOf("first out")).toBe(order.indexOf("first in") + 1);
  });

  it("reports a lock that another process holds too long", async ({ open }) => {
    const work = async () => undefined;
    await open().exclusive(async () => {
      await expect(open().exclusive(work, { patienceMs: 0 })).rejects.toMatchObject({
        kind: "service",
        message:
          "Waiting for the settings, which another cfs holds: it waits for the service and did not end in time. The service may be slow: try again later.",
      });
      const signal = AbortSignal.abort();
      await expect(open().exclusive(work, { signal })).rejects.toMatchObject({
        name: "AbortError",
      });
    });
    await expect(open().exclusive(work, { patienceMs: 0 })).resolves.toBeUndefined();
  });

  it("takes the lock of a process that died, and removes it", async ({ directory, open }) => {
    const kept = open();
    // No process has so large an id.
    const holder = { id: "1", pid: 2 ** 22 + 1, host: hostname() };
    await writeFile(`${kept.path}.lock`, JSON.stringify(holder));
    await kept.exclusive(async () => undefined, { patienceMs: 0 });
    expect(await readdir(directory)).toEqual([]);
  });

  it("names the lock that the disk refuses", async ({ directory, open }) => {
    const kept = open();
    await rm(directory, { recursive: true });
    await expect(kept.exclusive(async () => undefined)).rejects.toMatchObject({
      kind: "disk",
      message: expect.stringContaining("config.json.lock"),
    });
  });

  it("names the folder that the disk refuses", async ({ directory, open }) => {
    await writeFile(directory, "a file in the way");
    expect(open).toThrow(/settings.*Set|CFS_CONFIG_DIR/);
  });
});

describe("createPreferences", () => {
  it("remembers buckets newest first, each once without regard to case", async ({ open }) => {
    const preferences = createPreferences(open(), () => undefined);
    preferences.rememberBucket("bulk-ESG");
    preferences.rememberBucket("bulk-FMRD");
    preferences.rememberBucket("BULK-esg");
    expect(preferences.recentBuckets()).toEqual(["BULK-esg", "bulk-FMRD"]);
    await preferences.flush();
    expect(createPreferences(open(), () => undefined).recentBuckets()).toEqual([
      "BULK-esg",
      "bulk-FMRD",
    ]);
  });

  it("keeps what another process wrote in the meantime", async ({ open }) => {
    const preferences = createPreferences(open(), () => undefined);
    await open().exclusive(async (transaction) =>
      transaction.write({ ...transaction.read(), sessions: [{ ...session, refreshToken: "r2" }] }),
    );
    preferences.setDownloadDirectory("/data");
    await preferences.flush();
    expect(open().read()).toMatchObject({
      downloadDirectory: "/data",
      sessions: [{ refreshToken: "r2" }],
    });
  });
});
