import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { faultNames } from "../../source/domain/fault-names.ts";
import { namedFaults } from "../../source/sandbox/named-faults.ts";
import { type Home, makeHome, run, type Started, start } from "../support/program/run.ts";

let home: Home;
let serving: Started | undefined;

beforeEach(async () => {
  home = await makeHome();
});

afterEach(async () => {
  serving?.kill("SIGTERM");
  await serving?.ended;
  serving = undefined;
  await home.remove();
});

/** Starts `cfs sandbox` with these words; resolves with what it prints when it is up. */
async function printed(...words: string[]): Promise<string> {
  serving = start(["sandbox", ...words], home);
  let lines = "";
  await serving.until(({ stdout }) => {
    lines = stdout;
    return stdout.endsWith("\n");
  });
  return lines;
}

/** Starts it to print JSON; resolves with what a call against it has in its environment. */
async function serve(...words: string[]): Promise<Record<string, string>> {
  const { host, username, password, appKey } = JSON.parse(await printed("--json", ...words));
  return {
    ...home.environment,
    RDP_HOST: host,
    RDP_USERNAME: username,
    RDP_PASSWORD: password,
    RDP_APP_KEY: appKey,
    CFS_RETRY_DELAY: "0",
  };
}

const packages = ["packages", "bulk-ESG", "--json"];
const newest = ["get", "--latest", "--bucket", "bulk-GreenRevenue", "--quiet", "-o"];

describe("cfs sandbox prints how to sign in, by v1 and v2", () => {
  it("as JSON", async () => {
    const { host, clientId, clientSecret, ...others } = JSON.parse(await printed("--json"));
    expect(Object.keys(others)).toEqual(["username", "password", "appKey"]);
    const environment = {
      ...home.environment,
      RDP_HOST: host,
      RDP_CLIENT_ID: clientId,
      RDP_CLIENT_SECRET: clientSecret,
    };
    expect(await run(packages, { environment })).toMatchObject({ code: 0, stderr: "" });
  });

  it("as variables", async () => {
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

describe("cfs sandbox --fault", () => {
  it.each([
    ["bad-password", ["login"], 3, "Invalid username or password."],
    ["bad-app-key", ["login"], 3, "Invalid Application Credential."],
    ["session-quota", ["login"], 3, "--take-over"],
    ["session-quota", ["login", "--take-over"], 0, "Signed in"],
    ["token-expired", packages, 3, "token expired"],
    ["not-entitled", packages, 4, "Insufficient claims"],
    ["bucket-not-found", packages, 4, "No resource found"],
    ["html-page", packages, 5, "502"],
    ["redirect", packages, 5, "answered 302"],
    ["next-link", packages, 5, "the next page lies at http://127.0.0.1:9,"],
    ["not-there", newest, 4, "The specified key does not exist."],
    ["corrupt", newest, 6, "its md5 is"],
  ])("%s: cfs %j ends with %i", async (fault, words, expected, told) => {
    const environment = await serve("--fault", fault);
    const folder = words === newest ? [`${home.directory}/made`] : [];
    const { code, stderr } = await run([...words, ...folder], { environment });
    expect({ code, stderr }).toEqual({ code: expected, stderr: expect.stringContaining(told) });
  });

  it("may be repeated: each goes wrong in its place", async () => {
    const environment = await serve("--fault", "empty-list", "--fault=session-quota");
    expect((await run(["login"], { environment })).code).toBe(3);
    expect((await run(["login", "--take-over"], { environment })).code).toBe(0);
    expect(await run(packages, { environment })).toMatchObject({ code: 0, stdout: "" });
  });

  it("is right where nothing goes wrong", async () => {
    const { code, objects } = await run(packages, { environment: await serve() });
    expect(code).toBe(0);
    expect(objects()).not.toEqual([]);
  });

  it.each([
    ["url-expird", " (did you mean url-expired?)"],
    ["SLOW-DOWN", " (did you mean slow-down?)"],
    ["nonsense", ""],
    ["toString", ""],
  ])("%s ends with 2, and says which was meant", async (name, meant) => {
    expect(await run(["sandbox", "--fault", name], home)).toMatchObject({
      code: 2,
      stdout: "",
      stderr: `cfs: Reading the call: option '--fault <fault>' argument '${name}' is invalid. No fault has this name${meant}. See cfs sandbox --help.\n`,
    });
  });

  it("is listed whole in the help, within 80 columns", async () => {
    const { code, stdout } = await run(["sandbox", "--help"], home);
    expect(code).toBe(0);
    const rows = stdout.split("\n");
    for (const [name, does] of Object.entries(faultNames))
      expect(rows.filter((row) => row.startsWith(`  ${name} `) && row.endsWith(does))).toHaveLength(
        1,
      );
    expect(rows.filter((row) => row.length > 80)).toEqual([]);
  });

  it("has every answer that the sandbox knows by name", () => {
    const names = Object.keys(namedFaults).map((name) =>
      name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
    );
    expect(Object.keys(faultNames)).toEqual(expect.arrayContaining(names));
  });
});
