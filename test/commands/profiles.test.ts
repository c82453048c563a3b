import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { credentialsOf } from "../support/sandbox/credentials.ts";
import { test as base } from "../support/test.ts";

const test = base
  .extend("sandboxOptions", { historyWeeks: 1 })
  .extend("variables", ({ sandbox }) => ({ RDP_HOST: sandbox.host }))
  .extend("runsHere", true);

const it = test
  .extend("login", ({ program, sandbox }) => {
    return (profile: string, { username } = sandbox.other) =>
      program.run(["--profile", profile, "login"], {
        environment: { ...credentialsOf(sandbox), RDP_USERNAME: username },
      });
  })
  /** The user of a profile, by a request to the service. */
  .extend("userOf", ({ program }) => async (profile: string) => {
    const { objects, stderr } = await program.run(["--profile", profile, "status", "--json"]);
    return objects()[0]?.["user"] ?? stderr;
  })
  .extend("files", ({ folder }) => async () => {
    const all = await readdir(join(folder, "settings"), { recursive: true });
    return all.filter((name) => /json/.test(name)).sort();
  })
  .extend("settings", ({ folder }) => async () => {
    return JSON.parse(await readFile(join(folder, "settings", "config.json"), "utf8"));
  });

describe("--profile and CFS_PROFILE", () => {
  it("choose one of the accounts that are signed in", async ({
    login,
    program,
    sandbox,
    userOf,
  }) => {
    const { stderr } = await login("archive");
    expect(stderr).toContain(`${sandbox.other.username} at ${sandbox.host} in the profile archive`);
    await login("default", sandbox);
    expect(await userOf("archive")).toBe(sandbox.other.username);
    expect(await userOf("default")).toBe(sandbox.username);
    const byVariable = await program.run(["status"], { environment: { CFS_PROFILE: "archive" } });
    expect(byVariable.stdout).toContain(`profile\tarchive\nuser\t${sandbox.other.username}`);
    expect((await program.run(["status"])).stdout).toMatch(`user\t${sandbox.username}\n`);
  });

  it("choose for token, get and doctor too", async ({ login, program, sandbox }) => {
    await login("archive");
    const environment = { CFS_PROFILE: "archive" };
    const token = await program.run(["token", "--json"], { environment });
    expect(token.objects()[0]).toHaveProperty("access_token");
    const { stdout } = await program.run(["doctor"], { environment });
    expect(stdout).toContain(`${sandbox.other.username} at ${sandbox.host} in the profile archive`);
    expect((await program.run(["token"])).code).toBe(3);
  });

  it("leave no trace in the settings of a program without profiles", async ({
    files,
    login,
    program,
    sandbox,
    settings,
  }) => {
    await login("default", sandbox);
    await program.run(["packages", "bulk-ESG"]);
    expect(Object.keys(await settings())).toEqual([
      "sessions",
      "recentBuckets",
      "lastAccount",
      "tokenPace",
    ]);
    expect(await files()).toEqual([
      expect.stringMatching(/^cache\/[0-9a-f]{32}\/packages-[0-9a-f]{32}\.jsonl$/),
      "config.json",
    ]);
  });

  it("keep separate sessions and listings, and common settings", async ({
    files,
    login,
    program,
    sandbox,
    settings,
  }) => {
    await login("default", sandbox);
    const before = (await settings()).sessions;
    await login("archive");
    await program.run(["--profile", "archive", "config", "set", "theme", "light"]);
    await program.run(["--profile", "archive", "packages", "bulk-ESG"]);
    const { profiles, sessions, settings: kept } = await settings();
    expect({ sessions, kept }).toEqual({ sessions: before, kept: { theme: "light" } });
    expect(profiles).toMatchObject([{ name: "archive", sessions: [{ user: expect.any(String) }] }]);
    expect(await files()).toEqual([
      expect.stringMatching(/^cache\/profiles\/[0-9a-f]{32}\/[0-9a-f]{32}\/packages-/),
      "config.json",
    ]);
  });

  it.for([["a b"], [""], ["-x"]])(
    "end with 2 for the name %j",
    async ([name = ""], { program }) => {
      const { code, stderr } = await program.run(["--profile", name, "status"]);
      expect({ code, stderr }).toEqual({
        code: 2,
        stderr: expect.stringContaining("at most 40 letters"),
      });
    },
  );

  it("end with 3 for an unknown name, whatever the environment has", async ({
    login,
    program,
    sandbox,
  }) => {
    await login("archive");
    // They could sign in, but as another account than the one that was meant.
    const environment = credentialsOf(sandbox);
    const requests = sandbox.requests.length;
    const calls = [["status"], ["packages", "bulk-ESG"], ["token"], ["logout"]];
    for (const words of calls) {
      const call = ["--profile", "archiv", ...words];
      const { code, stderr, stdout } = await program.run(call, { environment });
      expect({ words, code, stdout, stderr }).toEqual({
        words,
        code: 3,
        stdout: "",
        stderr:
          "cfs: Looking for the profile archiv: it does not exist (did you mean archive?); there are default, archive. To add it, sign in with cfs --profile archiv login.\n",
      });
    }
    expect(sandbox.requests).toHaveLength(requests);
  });

  it("never sign in as another account by the environment's credentials", async ({
    login,
    program,
    sandbox,
    userOf,
  }) => {
    await login("archive");
    sandbox.endSessions();
    const status = ["--profile", "archive", "status"];
    await program.run(status);
    const environment = credentialsOf(sandbox);
    const refused = await program.run(status, { environment });
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain("the environment's credentials are those of another account");
    const own = { ...environment, RDP_USERNAME: sandbox.other.username };
    expect((await program.run(status, { environment: own })).code).toBe(0);
    expect(await userOf("archive")).toBe(sandbox.other.username);
  });

  it("a wrong password makes no profile", async ({ program, sandbox }) => {
    const environment = { ...credentialsOf(sandbox), RDP_PASSWORD: "wrong" };
    expect((await program.run(["--profile", "new", "login"], { environment })).code).toBe(3);
    expect((await program.run(["profiles"])).stdout).toBe("default\t\t\t\tyes\n");
  });
});

describe("the built program with profiles", () => {
  it.override("runsHere", false);

  it("has none for the demo", async ({ program }) => {
    const { code, stderr } = await program.run(["--demo", "--profile", "archive", "status"]);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr:
        "cfs: Starting the demo: it has an account of its own. Leave out --profile, or leave out --demo.\n",
    });
    const environment = { CFS_PROFILE: "archive" };
    expect((await program.run(["--demo", "status"], { environment })).code).toBe(0);
  });

  it("as several processes with different ones loses nothing of each other", async ({
    login,
    program,
    sandbox,
    settings,
  }) => {
    await login("default", sandbox);
    await login("archive");
    const calls = [..."abcd"].flatMap((name) => [
      program.run(["--profile", "archive", "packages", `bulk-${name}`]),
      program.run(["packages", `bulk-${name.toUpperCase()}-2`]),
      program.run(["config", "set", "jobs", "3"]),
    ]);
    await Promise.all(calls);
    const { profiles, recentBuckets, sessions, settings: kept } = await settings();
    // Each session was renewed four times, and a spent token would have ended it.
    expect(sessions).toMatchObject([{ user: sandbox.username }]);
    expect(profiles).toMatchObject([
      { name: "archive", sessions: [{ user: sandbox.other.username }] },
    ]);
    expect((await program.run(["status"])).code).toBe(0);
    expect((await program.run(["--profile", "archive", "status"])).code).toBe(0);
    expect(kept).toEqual({ jobs: 3 });
    expect(recentBuckets).toEqual([]);
  });
});

describe("cfs profiles", () => {
  it("lists the accounts without a request", async ({ login, program, sandbox }) => {
    await login("default", sandbox);
    await login("archive");
    const requests = sandbox.requests.length;
    const environment = { CFS_PROFILE: "archive" };
    const { objects } = await program.run(["profiles", "--json"], { environment });
    expect(objects()).toEqual([
      {
        profile: "default",
        user: sandbox.username,
        host: sandbox.host,
        renewed: expect.stringMatching(/^\d{4}-.*Z$/),
        current: false,
      },
      expect.objectContaining({
        profile: "archive",
        user: sandbox.other.username,
        current: true,
      }),
    ]);
    expect(sandbox.requests).toHaveLength(requests);
  });

  it("lists a signed-out account by its user", async ({ login, program, sandbox }) => {
    await login("archive");
    await program.run(["--profile", "archive", "logout"]);
    const { stdout } = await program.run(["profiles"]);
    expect(stdout).toBe(`default\t\t\t\tyes\narchive\t${sandbox.other.username}\t\t\t\n`);
  });

  it("rm ends the session and removes all that was kept", async ({
    files,
    login,
    program,
    sandbox,
    settings,
    userOf,
  }) => {
    await login("default", sandbox);
    await login("archive");
    await program.run(["--profile", "archive", "packages", "bulk-ESG"]);
    const { code, stdout, stderr } = await program.run(["profiles", "rm", "archive"]);
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: "",
      stderr: `${sandbox.other.username} is signed out.\nThe profile archive is removed.\n`,
    });
    expect(sandbox.requests.at(-1)?.place).toBe("revoke");
    expect(await settings()).not.toHaveProperty("profiles");
    expect(await files()).toEqual(["config.json"]);
    expect(await userOf("default")).toBe(sandbox.username);
    expect((await program.run(["--profile", "archive", "status"])).code).toBe(3);
  });

  it("rm removes it even if the session cannot be revoked", async ({ login, program, sandbox }) => {
    await login("archive");
    sandbox.faults.add({ on: "revoke", effect: { kind: "answer", status: 403, body: "{}" } });
    const { code, stderr } = await program.run(["profiles", "rm", "archive"]);
    expect(code).not.toBe(0);
    expect(stderr).toContain("The profile archive is removed.");
    expect(stderr).toContain("forgotten on this machine");
    expect((await program.run(["profiles"])).stdout).toBe("default\t\t\t\tyes\n");
  });

  it.for([
    [["rm"], 2, "Missing: NAME"],
    [["rm", "default"], 2, "cfs logout signs it out"],
    [["rm", "a b"], 2, "at most 40 letters"],
    [["remove", "x"], 2, '"remove" is not rm'],
    [["rm", "x", "y"], 2, "too many arguments"],
    [["rm", "x"], 3, "it does not exist; there is only default. See cfs profiles."],
  ] as const)("%j ends with %i", async ([words, exitCode, text], { program }) => {
    const { code, stderr } = await program.run(["profiles", ...words]);
    expect({ code, stderr }).toEqual({ code: exitCode, stderr: expect.stringContaining(text) });
  });
});
