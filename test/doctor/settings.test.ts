import { chmod, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { test as base } from "./diagnosis.ts";

const test = base.extend("variables", ({ sandbox }) => ({ RDP_HOST: sandbox.host }));

const it = test
  .extend("settings", ({ folder }) => join(folder, "settings"))
  .extend("file", ({ settings }) => join(settings, "config.json"))
  .extend("session", ({ sandbox }) => ({
    host: sandbox.host,
    user: "GE-A-1",
    appKey: "an-app-key-nobody-tells",
    refreshToken: "a-refresh-token-nobody-tells",
    issuedAtMs: Date.now() - 90_000,
  }))
  .extend("keep", ({ file, settings }) => async (state: object | string) => {
    await mkdir(settings, { recursive: true, mode: 0o700 });
    await writeFile(file, typeof state === "string" ? state : JSON.stringify(state, undefined, 2));
    await chmod(file, 0o600);
  });

describe("valid settings", () => {
  it("are reported with the session, without its secrets", async ({
    settings,
    file,
    session,
    keep,
    sandbox,
    diagnose,
  }) => {
    await keep({ sessions: [session] });
    const diagnosis = await diagnose();
    expect(diagnosis).toMatchObject({ code: 0 });
    expect(diagnosis.with("problem")).toEqual([]);
    expect(diagnosis.of("settings file")).toMatchObject([{ status: "ok", found: `${file}, 0600` }]);
    expect(diagnosis.of("settings folder")[0]?.found).toContain(`${settings}, 0700`);
    const [{ found = "" } = {}] = diagnosis.of("session");
    expect(found).toContain(`GE-A-1 at ${sandbox.host}, renewed `);
    expect(found).toMatch(/renewed \d+m\d\ds ago/);
    expect(diagnosis.text).not.toContain("nobody-tells");
    expect(sandbox.requests.map(({ authorized, place }) => ({ authorized, place }))).toEqual([
      { authorized: false, place: "buckets" },
    ]);
  });

  it("may be missing, with a warning to sign in", async ({ settings, diagnose }) => {
    const diagnosis = await diagnose();
    expect(diagnosis.code).toBe(0);
    expect(diagnosis.of("session")).toMatchObject([
      { status: "warning", advice: "Sign in: cfs login" },
    ]);
    await expect(stat(settings)).rejects.toThrow("ENOENT");
  });
});

describe("settings that other users can access", () => {
  it.for([
    ["the file", 0o644, "config.json", "settings file", "read (0644)", "chmod 600"],
    ["the folder", 0o777, ".", "settings folder", "write (0777)", "chmod 700"],
  ] as const)(
    "end with 7 and the advice to close them: %s",
    async ([_, mode, name, check, found, advice], { settings, session, keep, diagnose }) => {
      const path = join(settings, name);
      await keep({ sessions: [session] });
      await chmod(path, mode);
      const diagnosis = await diagnose();
      expect(diagnosis.code).toBe(7);
      expect(diagnosis.with("problem")).toEqual([check]);
      const [told] = diagnosis.of(check);
      expect(told).toMatchObject({ exitCode: 7 });
      expect(told?.found).toContain(found);
      expect(told?.advice).toContain(`${advice} ${path}`);
      // It looks, and mends nothing by itself.
      expect((await stat(path)).mode & 0o777).toBe(mode);
    },
  );

  it("are a warning if others can list the folder", async ({ settings, keep, diagnose }) => {
    await keep({});
    await chmod(settings, 0o755);
    const diagnosis = await diagnose();
    expect(diagnosis.code).toBe(0);
    expect(diagnosis.of("settings folder")).toMatchObject([{ status: "warning" }]);
  });
});

describe("invalid settings", () => {
  it("are a problem that quotes a line number only", async ({ file, keep, diagnose }) => {
    const text = `{"sessions": [{"refreshToken": "nobody-tells" oops`;
    await keep(text);
    const diagnosis = await diagnose();
    expect(diagnosis.code).toBe(1);
    expect(diagnosis.of("settings file")).toMatchObject([{ status: "problem" }]);
    expect(diagnosis.of("settings file")[0]?.found).toMatch(
      /could not be understood: it is broken at line 1/,
    );
    expect(diagnosis.text).not.toContain("nobody-tells");
    expect(await readFile(file, "utf8")).toBe(text);
  });

  it("are a warning with a line number for one invalid value", async ({ keep, diagnose }) => {
    await keep({ settings: { theme: "pink" } });
    const diagnosis = await diagnose();
    expect(diagnosis.code).toBe(0);
    expect(diagnosis.of("settings")[0]?.found).toBe(
      'Settings file line 3: theme is "pink", not one of dark, light, none, high-contrast',
    );
  });
});

describe("folders", () => {
  it("are a problem if the settings folder is a file", async ({ settings, diagnose }) => {
    await writeFile(settings, "");
    const diagnosis = await diagnose();
    expect(diagnosis.code).toBe(7);
    expect(diagnosis.of("settings folder")[0]?.found).toBe(`${settings} is not a folder`);
  });

  it("report the free space for downloads", async ({ diagnose }) => {
    const diagnosis = await diagnose();
    expect(diagnosis.of("downloads")[0]?.found).toMatch(/, [\d.]+ [kMGTP]?B free/);
  });

  it("are a problem if the download folder is a file", async ({ folder, keep, diagnose }) => {
    const downloadDirectory = join(folder, "a-file");
    await writeFile(downloadDirectory, "");
    await keep({ downloadDirectory });
    const diagnosis = await diagnose();
    expect(diagnosis.code).toBe(7);
    expect(diagnosis.of("downloads")).toMatchObject([
      { status: "problem", found: `${downloadDirectory} is not a folder` },
    ]);
  });
});

describe("variables", () => {
  it("are all reported if several are wrong, with the other checks", async ({ diagnose }) => {
    const diagnosis = await diagnose({
      CFS_JOBS: "many",
      HTTPS_PROXY: "socks5://user:nobody-tells@127.0.0.1:1",
    });
    expect(diagnosis.code).toBe(2);
    expect(diagnosis.of("environment").map(({ found }) => found)).toEqual([
      "HTTPS_PROXY: a proxy of the kind socks5:// is not supported",
      'CFS_JOBS: "many" is not a whole number from 1 to 256',
    ]);
    expect(diagnosis.of("service")).toMatchObject([{ status: "ok" }]);
    expect(diagnosis.text).not.toContain("nobody-tells");
  });

  it("are a warning if one is misspelt or missing", async ({ diagnose }) => {
    const diagnosis = await diagnose({ CFS_JOB: "3", RDP_USERNAME: "GE-A-1" });
    expect(diagnosis.code).toBe(0);
    expect(diagnosis.of("environment")[0]?.advice).toBe("Did you mean CFS_JOBS?");
    expect(diagnosis.of("session")[0]?.advice).toContain("Set RDP_PASSWORD and RDP_APP_KEY too");
  });
});

it("the demo has no problems, and the text output ends with a summary", async ({ program }) => {
  const { code, stdout, stderr } = await program.run(["--demo", "doctor"]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^ok {7}service: 127\.0\.0\.1:\d+ answered 401/m);
  expect(stdout).toMatch(/^ok {7}object store: 127\.0\.0\.1:\d+ answered 403/m);
  expect(stdout).not.toMatch(/^problem/m);
  expect(stderr).toMatch(/^0 problems, \d+ warnings?\.$/m);
});
