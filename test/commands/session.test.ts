import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { namedFaults } from "../../source/sandbox/sandbox.ts";
import { credentialsOf } from "../support/sandbox/credentials.ts";
import { test as base } from "../support/test.ts";

const test = base
  .extend("sandboxOptions", { historyWeeks: 2 })
  .extend("variables", ({ sandbox }) => ({ RDP_HOST: sandbox.host }))
  .extend("runsHere", true);

const it = test
  .extend(
    "login",
    ({ program, sandbox }) =>
      ({ password = sandbox.password, appKey = sandbox.appKey } = {}) =>
        program.run(
          ["login", "--username", sandbox.username, "--app-key", appKey, "--password-stdin"],
          {
            input: `${password}\n`,
          },
        ),
  )
  .extend(
    "grants",
    ({ sandbox }) =>
      () =>
        sandbox.requests
          .filter(({ place }) => place === "token")
          .map(({ form }) => form?.get("grant_type")),
  )
  .extend(
    "settings",
    ({ folder }) =>
      () =>
        readFile(join(folder, "settings", "config.json"), "utf8"),
  );

describe("cfs login", () => {
  it("signs in by its words and keeps neither password nor access token", async ({
    sandbox,
    login,
    settings,
  }) => {
    const { code, stdout, stderr } = await login();
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    expect(stderr).toContain(`Signed in as ${sandbox.username}`);
    expect(await settings()).not.toContain(sandbox.password);
    expect(await settings()).not.toContain("eyJ");
  });

  it("signs in by the environment", async ({ program, sandbox }) => {
    expect((await program.run(["login"], { environment: credentialsOf(sandbox) })).code).toBe(0);
    expect((await program.run(["status"])).code).toBe(0);
  });

  it("says that client credentials are accepted and not kept", async ({ program, sandbox }) => {
    const environment = {
      RDP_CLIENT_ID: sandbox.clientId,
      RDP_CLIENT_SECRET: sandbox.clientSecret,
    };
    const { code, stderr } = await program.run(["login"], { environment });
    expect(code).toBe(0);
    expect(stderr).toContain("not kept");
  });

  it.for([
    ["a wrong password", { password: "wrong" }, "Invalid username or password"],
    ["a wrong app key", { appKey: "wrong" }, "Invalid Application Credential"],
  ] as const)(
    "ends with 3 and the service's words on %s",
    async ([_, credentials, words], { login, grants }) => {
      const { code, stderr } = await login(credentials);
      expect(code).toBe(3);
      expect(stderr).toContain(words);
      expect(grants()).toHaveLength(1);
    },
  );

  it("says that the id is in use, and takes over with --take-over", async ({
    folder,
    program,
    sandbox,
    login,
  }) => {
    await login();
    const environment = {
      ...credentialsOf(sandbox),
      CFS_CONFIG_DIR: join(folder, "other settings"),
    };
    const refused = await program.run(["login"], { environment });
    expect(refused.code).toBe(3);
    expect(refused.stderr).toMatch(/Session quota is reached.*--take-over/);
    expect((await program.run(["login", "--take-over"], { environment })).code).toBe(0);
  });

  it("says that the service gave nothing to keep, and ends with 5", async ({
    program,
    sandbox,
    login,
  }) => {
    sandbox.faults.add({
      on: "token",
      effect: { kind: "edit", edit: ({ refresh_token: _, ...others }) => others },
    });
    const { code, stdout, stderr } = await login();
    expect({ code, stdout }).toEqual({ code: 5, stdout: "" });
    expect(stderr).toBe(
      `cfs: Keeping the session of ${sandbox.username}: the service signed in, but gave no refresh token to keep. Leave the credentials in the environment: every command signs in with them.\n`,
    );
    expect((await program.run(["status"])).code).toBe(3);
  });

  it.for([
    ["nothing to sign in with", ["login"], ""],
    ["a password without a name", ["login", "--password-stdin"], "p\n"],
    ["an empty password", ["login", "--username", "u", "--app-key", "k", "--password-stdin"], ""],
  ] as const)("ends with 2 on %s", async ([_, words, input], { program, sandbox }) => {
    const { code, stderr } = await program.run(words, { input });
    expect(code).toBe(2);
    expect(stderr).toContain("Signing in");
    expect(sandbox.requests).toEqual([]);
  });
});

describe("cfs status", () => {
  it("shows who is signed in, where and until when, after one refresh", async ({
    program,
    sandbox,
    login,
    grants,
  }) => {
    await login();
    const { code, objects } = await program.run(["status", "--json"]);
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

  it("ends with 3 without a session", async ({ program }) => {
    const { code, stderr } = await program.run(["status"]);
    expect(code).toBe(3);
    expect(stderr).toContain("cfs login");
  });

  it("ends with 3 when the kept session is dead", async ({ program, sandbox, login }) => {
    await login();
    sandbox.endSessions();
    const { code, stderr } = await program.run(["status"]);
    expect(code).toBe(3);
    expect(stderr).toContain("invalid_grant");
  });
});

describe("cfs logout", () => {
  it("revokes and forgets", async ({ program, sandbox, login }) => {
    await login();
    expect((await program.run(["logout"])).code).toBe(0);
    expect(sandbox.requests.find(({ place }) => place === "revoke")?.status).toBe(200);
    expect((await program.run(["status"])).code).toBe(3);
  });

  it.for([
    ["500", namedFaults.serviceError(500), 5, "The service is not available", 3],
    ["401", namedFaults.tokenExpired(), 3, "token expired", 1],
  ] as const)(
    "forgets the session if the service answers %s to revoking, and says what may stay valid",
    async ([status, effect, expected, words, tries], {
      folder,
      program,
      sandbox,
      login,
      settings,
    }) => {
      await login();
      await program.run(["packages", "bulk-ESG"]);
      const cache = join(folder, "settings", "cache");
      // What Node compiled lies there too, where it can be kept, and is nobody's own.
      const kept = async () => (await readdir(cache)).filter((name) => name !== "compiled");
      expect(await kept()).not.toEqual([]);
      sandbox.faults.add({ on: "revoke", effect });
      const { code, stdout, stderr } = await program.run(["logout"]);
      expect({ code, stdout }).toEqual({ code: expected, stdout: "" });
      expect(stderr.replace(/request [^)]+/, "request ID")).toBe(
        `cfs: Signing out ${sandbox.username}: the service answered ${status}, "${words}" (request ID). The session is forgotten on this machine; at the service it may last until its tokens expire.\n`,
      );
      expect(sandbox.requests.filter(({ place }) => place === "revoke")).toHaveLength(tries);
      expect(JSON.parse(await settings())).toMatchObject({ sessions: [] });
      expect(await kept()).toEqual([]);
      sandbox.faults.clear();
      expect((await program.run(["status"])).code).toBe(3);
      expect(await program.run(["logout"])).toMatchObject({
        code: 0,
        stderr: "You were not signed in.\n",
      });
    },
  );

  it("ends with 0 if no session exists", async ({ program }) => {
    const { code, stderr } = await program.run(["logout"]);
    expect(code).toBe(0);
    expect(stderr).toContain("You were not signed in");
  });
});

describe("several processes at once", () => {
  it.override("runsHere", false);

  it.for(["refused", "ends-session"] as const)(
    "share one rotating token (a spent one: %s)",
    async (spent, { program, sandbox, login, grants }) => {
      sandbox.assumptions.spentRefreshToken = spent;
      await login();
      const runs = await Promise.all(
        Array.from({ length: 6 }, () => program.run(["packages", "bulk-ESG", "--json"])),
      );
      for (const { code, stderr } of runs)
        expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect((await program.run(["status"])).code).toBe(0);
      expect(grants()).toEqual(["password", ...Array(7).fill("refresh_token")]);
    },
  );

  it("sign in once between them if only the environment has the password", async ({
    program,
    sandbox,
    grants,
  }) => {
    const environment = credentialsOf(sandbox);
    const runs = await Promise.all(
      Array.from({ length: 6 }, () =>
        program.run(["packages", "bulk-ESG", "--json"], { environment }),
      ),
    );
    for (const { code, stderr } of runs) expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(grants().filter((grant) => grant === "password")).toHaveLength(1);
  });
});

describe("a call's words", () => {
  it.override("runsHere", false);

  it.for([
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
  ] as const)("%j ends with %i", async ([words, code], { program }) => {
    const ended = await program.run(words);
    expect(ended.code).toBe(code);
    expect(code === 0 ? ended.stdout : ended.stderr).not.toBe("");
  });

  it.for([
    [{ RDP_HOST: "http://example.org" }, 5],
    [{ RDP_HOST: "nonsense" }, 5],
    [{ CFS_JOBS: "none" }, 2],
  ] as const)(
    "with %j in the environment ends with %i",
    async ([environment, code], { program }) => {
      expect((await program.run(["status"], { environment })).code).toBe(code);
    },
  );

  it("ends with 5 if the service does not answer", async ({ program, sandbox }) => {
    const environment = { ...credentialsOf(sandbox), RDP_HOST: "http://127.0.0.1:1" };
    const { code, stderr } = await program.run(["status"], { environment });
    expect(code).toBe(5);
    expect(stderr).toContain("connection refused");
  });
});

describe("the settings", () => {
  it("are set aside when they are damaged, and the program continues", async ({
    folder,
    program,
    login,
  }) => {
    await login();
    await writeFile(join(folder, "settings", "config.json"), "{ damaged");
    const { code, stderr } = await program.run(["status"]);
    expect(code).toBe(3);
    expect(stderr).toContain("set aside");
  });
});
