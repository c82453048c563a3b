import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { namedFaults, type Sandbox, startSandbox } from "../../source/sandbox/sandbox.ts";
import { type Home, makeHome, run } from "../support/program/run.ts";
import { credentialsOf } from "../support/sandbox/credentials.ts";

let sandbox: Sandbox;
let home: Home;

beforeEach(async () => {
  sandbox = await startSandbox({ historyWeeks: 2 });
  home = await makeHome({ RDP_HOST: sandbox.host });
});

afterEach(async () => {
  await sandbox.close();
  await home.remove();
});

const cfs = (
  words: readonly string[],
  more: { environment?: Record<string, string>; input?: string } = {},
) =>
  run(words, {
    ...more,
    directory: home.directory,
    environment: { ...home.environment, ...more.environment },
  });

const fromEnvironment = () => credentialsOf(sandbox);

const login = (password = sandbox.password, appKey = sandbox.appKey) =>
  cfs(["login", "--username", sandbox.username, "--app-key", appKey, "--password-stdin"], {
    input: `${password}\n`,
  });

const grants = () =>
  sandbox.requests
    .filter(({ place }) => place === "token")
    .map(({ form }) => form?.get("grant_type"));

const settings = () => readFile(join(home.directory, "settings", "config.json"), "utf8");

describe("cfs login", () => {
  it("signs in by its words and keeps neither password nor access token", async () => {
    const { code, stdout, stderr } = await login();
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    expect(stderr).toContain(`Signed in as ${sandbox.username}`);
    expect(await settings()).not.toContain(sandbox.password);
    expect(await settings()).not.toContain("eyJ");
  });

  it("signs in by the environment", async () => {
    expect((await cfs(["login"], { environment: fromEnvironment() })).code).toBe(0);
    expect((await cfs(["status"])).code).toBe(0);
  });

  it("says that client credentials work and are not kept", async () => {
    const environment = {
      RDP_CLIENT_ID: sandbox.clientId,
      RDP_CLIENT_SECRET: sandbox.clientSecret,
    };
    const { code, stderr } = await cfs(["login"], { environment });
    expect(code).toBe(0);
    expect(stderr).toContain("not kept");
  });

  it.each([
    ["a wrong password", () => login("wrong"), "Invalid username or password"],
    ["a wrong app key", () => login(sandbox.password, "wrong"), "Invalid Application Credential"],
  ])("ends with 3 and the service's words on %s", async (_, attempt, words) => {
    const { code, stderr } = await attempt();
    expect(code).toBe(3);
    expect(stderr).toContain(words);
    expect(grants()).toHaveLength(1);
  });

  it("says that the id is in use, and takes over when told to", async () => {
    await login();
    const other = await makeHome({ RDP_HOST: sandbox.host });
    const environment = { ...other.environment, ...fromEnvironment() };
    const refused = await run(["login"], { environment });
    expect(refused.code).toBe(3);
    expect(refused.stderr).toMatch(/Session quota is reached.*--take-over/);
    expect((await run(["login", "--take-over"], { environment })).code).toBe(0);
    await other.remove();
  });

  it("says that the service gave nothing to keep, and ends with 5", async () => {
    sandbox.faults.add({
      on: "token",
      effect: { kind: "edit", edit: ({ refresh_token: _, ...others }) => others },
    });
    const { code, stdout, stderr } = await login();
    expect({ code, stdout }).toEqual({ code: 5, stdout: "" });
    expect(stderr).toBe(
      `cfs: Keeping the session of ${sandbox.username}: the service signed in, but gave no refresh token to keep. Leave the credentials in the environment: every command signs in with them.\n`,
    );
    expect((await cfs(["status"])).code).toBe(3);
  });

  it.each([
    ["nothing to sign in with", ["login"], ""],
    ["a password without a name", ["login", "--password-stdin"], "p\n"],
    ["an empty password", ["login", "--username", "u", "--app-key", "k", "--password-stdin"], ""],
  ])("ends with 2 on %s", async (_, words, input) => {
    const { code, stderr } = await cfs(words, { input });
    expect(code).toBe(2);
    expect(stderr).toContain("Signing in");
    expect(sandbox.requests).toEqual([]);
  });
});

describe("cfs status", () => {
  it("tells who is signed in, where and until when, after one refresh", async () => {
    await login();
    const { code, objects } = await cfs(["status", "--json"]);
    expect(code).toBe(0);
    expect(objects()).toEqual([
      {
        user: sandbox.username,
        host: sandbox.host,
        kind: "password",
        expires: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      },
    ]);
    expect(grants()).toEqual(["password", "refresh_token"]);
  });

  it("ends with 3 when nobody is signed in", async () => {
    const { code, stderr } = await cfs(["status"]);
    expect(code).toBe(3);
    expect(stderr).toContain("cfs login");
  });

  it("ends with 3 when the kept session is dead", async () => {
    await login();
    sandbox.endSessions();
    const { code, stderr } = await cfs(["status"]);
    expect(code).toBe(3);
    expect(stderr).toContain("invalid_grant");
  });
});

describe("cfs logout", () => {
  it("revokes and forgets", async () => {
    await login();
    expect((await cfs(["logout"])).code).toBe(0);
    expect(sandbox.requests.find(({ place }) => place === "revoke")?.status).toBe(200);
    expect((await cfs(["status"])).code).toBe(3);
  });

  it.each([
    ["500", namedFaults.serviceError(500), 5, "The service is not available", 3],
    ["401", namedFaults.tokenExpired(), 3, "token expired", 1],
  ])(
    "forgets where the service answers %s to revoking, and says what may live on",
    async (status, effect, expected, words, tries) => {
      await login();
      await cfs(["packages", "bulk-ESG"]);
      const cache = join(home.directory, "settings", "cache");
      // What Node compiled lies there too, where it can be kept, and is nobody's own.
      const kept = async () => (await readdir(cache)).filter((name) => name !== "compiled");
      expect(await kept()).not.toEqual([]);
      sandbox.faults.add({ on: "revoke", effect });
      const { code, stdout, stderr } = await cfs(["logout"]);
      expect({ code, stdout }).toEqual({ code: expected, stdout: "" });
      expect(stderr.replace(/request [^)]+/, "request ID")).toBe(
        `cfs: Signing out ${sandbox.username}: the service answered ${status}, "${words}" (request ID). The session is forgotten on this machine; at the service it may live until its tokens end.\n`,
      );
      expect(sandbox.requests.filter(({ place }) => place === "revoke")).toHaveLength(tries);
      expect(JSON.parse(await settings())).toMatchObject({ sessions: [] });
      expect(await kept()).toEqual([]);
      sandbox.faults.clear();
      expect((await cfs(["status"])).code).toBe(3);
      expect(await cfs(["logout"])).toMatchObject({ code: 0, stderr: "Nobody was signed in.\n" });
    },
  );

  it("is at peace with nobody signed in", async () => {
    const { code, stderr } = await cfs(["logout"]);
    expect(code).toBe(0);
    expect(stderr).toContain("Nobody was signed in");
  });
});

describe("several processes at once", () => {
  it.each(["refused", "ends-session"] as const)(
    "share one rotating token (a spent one: %s)",
    async (spent) => {
      sandbox.assumptions.spentRefreshToken = spent;
      await login();
      const runs = await Promise.all(
        Array.from({ length: 6 }, () => cfs(["packages", "bulk-ESG", "--json"])),
      );
      for (const { code, stderr } of runs)
        expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect((await cfs(["status"])).code).toBe(0);
      expect(grants()).toEqual(["password", ...Array(7).fill("refresh_token")]);
    },
  );

  it("sign in once between them where only the environment knows the password", async () => {
    const environment = fromEnvironment();
    const runs = await Promise.all(
      Array.from({ length: 6 }, () => cfs(["packages", "bulk-ESG", "--json"], { environment })),
    );
    for (const { code, stderr } of runs) expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(grants().filter((grant) => grant === "password")).toHaveLength(1);
  });
});

describe("a call's words", () => {
  it.each([
    [[], 2],
    [["bulk-ESG"], 2],
    [["packages"], 2],
    [["packages", "a", "b"], 2],
    [["packages", "a", "--nonsense"], 2],
    [["file-sets", "a", "--limit", "none"], 2],
    [["--nonsense"], 2],
    [["--demo=backwards"], 2],
    [["--version"], 0],
    [["help"], 0],
    [["packages", "--help"], 0],
  ])("%j ends with %i", async (words, code) => {
    const ended = await cfs(words);
    expect(ended.code).toBe(code);
    expect(code === 0 ? ended.stdout : ended.stderr).not.toBe("");
  });

  it.each([
    [{ RDP_HOST: "http://example.org" }, 5],
    [{ RDP_HOST: "nonsense" }, 5],
    [{ CFS_JOBS: "none" }, 2],
  ])("with %j in the environment ends with %i", async (environment, code) => {
    expect((await cfs(["status"], { environment })).code).toBe(code);
  });

  it("ends with 5 when nobody answers", async () => {
    await login();
    await sandbox.close();
    const { code, stderr } = await cfs(["status"]);
    expect(code).toBe(5);
    expect(stderr).toContain("connection was refused");
    sandbox = await startSandbox({ empty: true });
  });
});

describe("the settings", () => {
  it("are set aside when they are damaged, and the program goes on", async () => {
    await login();
    const { writeFile } = await import("node:fs/promises");
    await writeFile(join(home.directory, "settings", "config.json"), "{ damaged");
    const { code, stderr } = await cfs(["status"]);
    expect(code).toBe(3);
    expect(stderr).toContain("set aside");
  });
});
