import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { describe, expect } from "vitest";
import { faultNames } from "../../source/domain/fault-names.ts";
import { namedFaults } from "../../source/sandbox/named-faults.ts";
import type { Started } from "../support/program/run.ts";
import { test as base } from "../support/test.ts";
import { waitUntil } from "../support/wait-until.ts";

const test = base.extend("variables", {});

const it = test
  /** Starts `cfs sandbox` with these words; resolves with what it prints when it is up. */
  .extend("printed", async ({ program }, { onCleanup }) => {
    let serving: Started | undefined;
    onCleanup(async () => {
      serving?.kill("SIGTERM");
      await serving?.ended;
    });
    return async (...words: string[]) => {
      serving = program.start(["sandbox", ...words]);
      let lines = "";
      await serving.until(({ stdout }) => {
        lines = stdout;
        return stdout.endsWith("\n");
      });
      return lines;
    };
  })
  /** Starts it to print JSON; resolves with the variables of a call against it. */
  .extend("serve", ({ printed }) => async (...words: string[]): Promise<Record<string, string>> => {
    const { host, username, password, appKey } = JSON.parse(await printed("--json", ...words));
    return {
      RDP_HOST: host,
      RDP_USERNAME: username,
      RDP_PASSWORD: password,
      RDP_APP_KEY: appKey,
      CFS_RETRY_DELAY: "0",
    };
  })

  /** Starts one with `--env`; resolves with its variables. */
  .extend("background", async ({ program }, { onCleanup }) => {
    const pids: number[] = [];
    onCleanup(() => pids.forEach(end));
    return async (...words: string[]) => {
      const { stdout, stderr } = await program.run(["sandbox", "--env", ...words]);
      expect(stderr).toBe("");
      const variables = [...stdout.matchAll(/^export (\w+)='(.*)';$/gm)].map((found) =>
        found.slice(1),
      );
      const { CFS_SANDBOX_PID, ...environment } = Object.fromEntries(variables);
      const pid = Number(CFS_SANDBOX_PID);
      pids.push(pid);
      return { pid, environment };
    };
  });

function end(pid: number): void {
  try {
    process.kill(pid);
  } catch {
    // The test has ended it.
  }
}

const packages = ["packages", "bulk-ESG", "--json"];
const oneOfThem = ["--series", "*-Summary-*", "--format", "csv", "--kind", "init"];
const newest = ["get", "--latest", "--bucket", "bulk-GreenRevenue", ...oneOfThem, "--quiet", "-o"];

describe("cfs sandbox prints how to sign in, by v1 and v2", () => {
  it("as JSON", async ({ program, printed }) => {
    const { host, clientId, clientSecret, ...others } = JSON.parse(await printed("--json"));
    expect(Object.keys(others)).toEqual(["username", "password", "appKey"]);
    const environment = {
      RDP_HOST: host,
      RDP_CLIENT_ID: clientId,
      RDP_CLIENT_SECRET: clientSecret,
    };
    expect(await program.run(packages, { environment })).toMatchObject({ code: 0, stderr: "" });
  });

  it("as variables", async ({ printed }) => {
    expect((await printed()).split("\n").map((line) => line.split(/\s+/)[0])).toEqual([
      "RDP_HOST",
      "RDP_USERNAME",
      "RDP_PASSWORD",
      "RDP_APP_KEY",
      "RDP_CLIENT_ID",
      "RDP_CLIENT_SECRET",
      "",
    ]);
  });
});

describe("a port that is in use", () => {
  const inUse = (host: string) => {
    const { port } = new URL(host);
    return { port, words: `port ${port} is in use. Choose another one with --port.` };
  };

  it("is a usage error", async ({ program, sandbox }) => {
    const { port, words } = inUse(sandbox.host);
    expect(await program.run(["sandbox", "--port", port])).toMatchObject({
      code: 2,
      stdout: "",
      stderr: `cfs: Starting the sandbox: ${words}\n`,
    });
  });

  it("is one in the background too", async ({ program, sandbox }) => {
    const { port, words } = inUse(sandbox.host);
    expect(await program.run(["sandbox", "--env", "--port", port])).toMatchObject({
      code: 2,
      stdout: "",
      stderr: `cfs: Starting the sandbox: ${words}\n`,
    });
  });
});

describe("cfs sandbox --env", () => {
  it("leaves a sandbox that later calls use and that its pid ends, with nothing left behind", async ({
    program,
    background,
  }) => {
    const { pid, environment } = await background("--fault", "empty-list");
    const { CFS_CONFIG_DIR: settings } = environment;
    expect(await program.run(packages, { environment })).toMatchObject({ code: 0, stdout: "" });
    expect(await readdir(settings)).toContain("config.json");
    process.kill(pid);
    await waitUntil(() => !existsSync(settings), "the end of the sandbox");
  });

  it("gives addresses that outlive the call", async ({ program, background }) => {
    const { environment } = await background();
    const idsOf = async (...words: string[]) =>
      (await program.run([...words, "--json"], { environment }))
        .objects()
        .map(({ id }) => String(id));
    const [fileSetId = ""] = await idsOf("file-sets", "bulk-GreenRevenue", "--limit", "1");
    const [fileId = ""] = await idsOf("files", fileSetId);
    const { stdout, stderr } = await program.run(["url", fileId], { environment });
    expect((await fetch(stdout.trim())).status).toBe(200);
    expect(stderr).toBe("");
  });
});

it("cfs --demo url says that its address ends with the call", async ({ program }) => {
  const { code, stderr } = await program.run(["--demo", "url", "-"]);
  expect(code).toBe(0);
  expect(stderr).toContain('eval "$(cfs sandbox --env)"');
});

describe("cfs sandbox --fault", () => {
  it.for([
    ["bad-password", ["login"], 3, "Invalid username or password."],
    ["bad-app-key", ["login"], 3, "Invalid Application Credential."],
    ["session-quota", ["login"], 3, "--take-over"],
    ["session-quota", ["login", "--take-over"], 0, "Signed in"],
    ["token-expired", packages, 3, "token expired"],
    ["not-entitled", packages, 4, "Insufficient claims"],
    ["bucket-not-found", packages, 4, "No resource found"],
    ["html-page", packages, 5, "502"],
    ["redirect", packages, 5, "answered 302"],
    ["next-link", packages, 5, "the next page is at http://127.0.0.1:9,"],
    ["not-there", newest, 4, "The specified key does not exist."],
    ["corrupt", newest, 6, "its md5 is"],
  ] as const)(
    "%s: cfs %j ends with %i",
    async ([fault, words, expected, told], { folder, program, serve }) => {
      const environment = await serve("--fault", fault);
      const output = words === newest ? [`${folder}/made`] : [];
      const { code, stderr } = await program.run([...words, ...output], { environment });
      expect({ code, stderr }).toEqual({ code: expected, stderr: expect.stringContaining(told) });
    },
  );

  it("may be repeated: each goes wrong in its place", async ({ program, serve }) => {
    const environment = await serve("--fault", "empty-list", "--fault=session-quota");
    expect((await program.run(["login"], { environment })).code).toBe(3);
    expect((await program.run(["login", "--take-over"], { environment })).code).toBe(0);
    expect(await program.run(packages, { environment })).toMatchObject({ code: 0, stdout: "" });
  });

  it("lists packages if no fault is given", async ({ program, serve }) => {
    const { code, objects } = await program.run(packages, { environment: await serve() });
    expect(code).toBe(0);
    expect(objects()).not.toEqual([]);
  });

  it.for([
    ["url-expird", " (did you mean url-expired?)"],
    ["SLOW-DOWN", " (did you mean slow-down?)"],
    ["nonsense", ""],
    ["toString", ""],
  ] as const)("%s ends with 2, and says which was meant", async ([name, meant], { program }) => {
    expect(await program.run(["sandbox", "--fault", name])).toMatchObject({
      code: 2,
      stdout: "",
      stderr: `cfs: Usage error: option '--fault <fault>' argument '${name}' is invalid. No fault has this name${meant}. See cfs sandbox --help.\n`,
    });
  });

  it("is listed whole in the help, within 80 columns", async ({ program }) => {
    const { code, stdout } = await program.run(["sandbox", "--help"]);
    expect(code).toBe(0);
    const rows = stdout.split("\n");
    for (const [name, does] of Object.entries(faultNames))
      expect(rows.filter((row) => row.startsWith(`  ${name} `) && row.endsWith(does))).toHaveLength(
        1,
      );
    expect(rows.filter((row) => row.length > 80)).toEqual([]);
  });

  it("gives every answer that the sandbox has a name for", () => {
    const names = Object.keys(namedFaults).map((name) =>
      name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
    );
    expect(Object.keys(faultNames)).toEqual(expect.arrayContaining(names));
  });
});

describe("cfs sandbox publish", () => {
  it("publishes in the sandbox of RDP_HOST, or of a port", async ({ program, serve }) => {
    const environment = await serve();
    const port = new URL(environment["RDP_HOST"] ?? "").port;
    const words = ["sandbox", "publish", "RFT-ESG-PIT-SDI", "--json"];
    const { objects, code } = await program.run([...words, "--count", "2"], { environment });
    expect([code, objects()]).toEqual([
      0,
      Array.from({ length: 2 }, () => ({
        id: expect.any(String),
        name: expect.stringMatching(/^RFT-ESG-PIT-SDI-\d{4}-/),
        bucketName: "bulk-ESG",
        packageId: "4173-aec7-8a0b0ac9-96f9-48e83ddbd2ad",
        numFiles: 115,
      })),
    ]);
    const third = await program.run([...words.slice(0, 3), "--port", port]);
    expect(third).toMatchObject({ code: 0, stderr: "" });
    const newest = ["file-sets", "bulk-ESG", "--package", "RFT-ESG-PIT-SDI", "--limit", "3"];
    const listed = await program.run([...newest, "--json"], { environment });
    const published = [...objects().map(({ name }) => name), third.stdout.split("\t")[0]];
    expect(listed.objects().map(({ name }) => name)).toEqual(expect.arrayContaining(published));
  });

  it.for([
    [["publish", "RFT-ESG-PIT-SDI"], 2, "needs a running sandbox"],
    [["publish"], 2, "missing argument PACKAGE"],
    [["--count", "3"], 2, "missing argument PACKAGE"],
    [["publsh", "RFT-ESG-PIT-SDI"], 2, 'unknown argument "publsh"'],
    [
      ["publish", "RFT-ESG-PIT-SDI", "--port", "9"],
      5,
      "Publishing in the sandbox at http://127.0.0.1:9: ",
    ],
  ] as const)("%j ends with %i", async ([words, expected, told], { program }) => {
    const { code, stderr, stdout } = await program.run(["sandbox", ...words]);
    expect({ code, stdout, stderr }).toEqual({
      code: expected,
      stdout: "",
      stderr: expect.stringContaining(told),
    });
  });

  it("ends with 4 for an unknown package, and never asks another host", async ({
    program,
    serve,
  }) => {
    const environment = await serve();
    const unknown = await program.run(["sandbox", "publish", "Nothing"], { environment });
    expect([unknown.code, unknown.stderr]).toEqual([
      4,
      expect.stringContaining("No resource found"),
    ]);
    const RDP_HOST = "https://api.example.com";
    const elsewhere = { environment: { ...environment, RDP_HOST } };
    expect((await program.run(["sandbox", "publish", "Nothing"], elsewhere)).code).toBe(2);
  });
});
