import { chmod, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../../source/sandbox/sandbox.ts";
import { type Home, makeHome, run } from "../support/program/run.ts";
import { diagnose } from "./diagnosis.ts";

let sandbox: Sandbox;
let home: Home;
let folder: string;
let file: string;

beforeEach(async () => {
  sandbox = await startSandbox({ empty: true });
  home = await makeHome({ RDP_HOST: sandbox.host });
  folder = join(home.directory, "settings");
  file = join(folder, "config.json");
});

afterEach(async () => {
  await sandbox.close();
  await home.remove();
});

const session = () => ({
  host: sandbox.host,
  user: "GE-A-1",
  appKey: "an-app-key-nobody-tells",
  refreshToken: "a-refresh-token-nobody-tells",
  issuedAtMs: Date.now() - 90_000,
});

async function keep(state: object | string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(file, typeof state === "string" ? state : JSON.stringify(state, undefined, 2));
  await chmod(file, 0o600);
}

describe("settings that are as they should be", () => {
  it("are told with the session that is kept, and none of its secrets", async () => {
    await keep({ sessions: [session()] });
    const diagnosis = await diagnose(home);
    expect(diagnosis).toMatchObject({ code: 0 });
    expect(diagnosis.with("problem")).toEqual([]);
    expect(diagnosis.of("settings file")).toMatchObject([{ status: "ok", found: `${file}, 0600` }]);
    expect(diagnosis.of("settings folder")[0]?.found).toContain(`${folder}, 0700`);
    const [{ found = "" } = {}] = diagnosis.of("session");
    expect(found).toContain(`GE-A-1 at ${sandbox.host}, renewed 1 m 30 s ago`);
    expect(diagnosis.text).not.toContain("nobody-tells");
    expect(sandbox.requests.map(({ authorized, place }) => ({ authorized, place }))).toEqual([
      { authorized: false, place: "buckets" },
    ]);
  });

  it("need not be there: that nobody is signed in is a warning", async () => {
    const diagnosis = await diagnose(home);
    expect(diagnosis.code).toBe(0);
    expect(diagnosis.of("session")).toMatchObject([
      { status: "warning", advice: "Sign in: cfs login" },
    ]);
    await expect(stat(folder)).rejects.toThrow("ENOENT");
  });
});

describe("settings that others can get at", () => {
  it.each([
    ["the file", 0o644, () => file, "settings file", "read (0644)", "chmod 600"],
    ["the folder", 0o777, () => folder, "settings folder", "write (0777)", "chmod 700"],
  ])("end with 7 and say how they are closed: %s", async (_, mode, path, check, found, advice) => {
    await keep({ sessions: [session()] });
    await chmod(path(), mode);
    const diagnosis = await diagnose(home);
    expect(diagnosis.code).toBe(7);
    expect(diagnosis.with("problem")).toEqual([check]);
    const [told] = diagnosis.of(check);
    expect(told).toMatchObject({ exitCode: 7 });
    expect(told?.found).toContain(found);
    expect(told?.advice).toContain(`${advice} ${path()}`);
    // It looks, and mends nothing by itself.
    expect((await stat(path())).mode & 0o777).toBe(mode);
  });

  it("are a warning where only the folder's names can be seen", async () => {
    await keep({});
    await chmod(folder, 0o755);
    const diagnosis = await diagnose(home);
    expect(diagnosis.code).toBe(0);
    expect(diagnosis.of("settings folder")).toMatchObject([{ status: "warning" }]);
  });
});

describe("settings that make no sense", () => {
  it("are a problem, told by their place and not by their text, and left as they are", async () => {
    const text = `{"sessions": [{"refreshToken": "nobody-tells" oops`;
    await keep(text);
    const diagnosis = await diagnose(home);
    expect(diagnosis.code).toBe(1);
    expect(diagnosis.of("settings file")).toMatchObject([{ status: "problem" }]);
    expect(diagnosis.of("settings file")[0]?.found).toMatch(
      /makes no sense: it is broken at line 1/,
    );
    expect(diagnosis.text).not.toContain("nobody-tells");
    expect(await readFile(file, "utf8")).toBe(text);
  });

  it("are a warning with its line where one value is none of its setting's", async () => {
    await keep({ settings: { theme: "pink" } });
    const diagnosis = await diagnose(home);
    expect(diagnosis.code).toBe(0);
    expect(diagnosis.of("settings")[0]?.found).toBe(
      'Settings file line 3: theme is "pink", not one of dark, light, none, high-contrast',
    );
  });
});

describe("folders", () => {
  it("are a problem where a file stands in the place of the settings' folder", async () => {
    await writeFile(folder, "");
    const diagnosis = await diagnose(home);
    expect(diagnosis.code).toBe(7);
    expect(diagnosis.of("settings folder")[0]?.found).toBe(`${folder} is not a folder`);
  });

  it("tell the room that is left for downloads", async () => {
    const diagnosis = await diagnose(home);
    expect(diagnosis.of("downloads")[0]?.found).toMatch(/, [\d.]+ [kMGTP]?B free/);
  });

  it("are a problem where downloads were to go into a file", async () => {
    const downloadDirectory = join(home.directory, "a-file");
    await writeFile(downloadDirectory, "");
    await keep({ downloadDirectory });
    const diagnosis = await diagnose(home);
    expect(diagnosis.code).toBe(7);
    expect(diagnosis.of("downloads")).toMatchObject([
      { status: "problem", found: `${downloadDirectory} is not a folder` },
    ]);
  });
});

describe("variables", () => {
  it("are all told where several are wrong, and the rest is looked at all the same", async () => {
    const diagnosis = await diagnose(home, {
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

  it("are a warning where one is misspelt or missing", async () => {
    const diagnosis = await diagnose(home, { CFS_JOB: "3", RDP_USERNAME: "GE-A-1" });
    expect(diagnosis.code).toBe(0);
    expect(diagnosis.of("environment")[0]?.advice).toBe("Did you mean CFS_JOBS?");
    expect(diagnosis.of("session")[0]?.advice).toContain("Set RDP_PASSWORD and RDP_APP_KEY too");
  });
});

it("the demo is all well, both of its hosts too; people get lines and a sum", async () => {
  const { code, stdout, stderr } = await run(["--demo", "doctor"], { directory: home.directory });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^ok {7}service: 127\.0\.0\.1:\d+ answered 401/m);
  expect(stdout).toMatch(/^ok {7}object store: 127\.0\.0\.1:\d+ answered 403/m);
  expect(stdout).not.toMatch(/^problem/m);
  expect(stderr).toMatch(/^0 problems, \d+ warnings?\.$/m);
});
