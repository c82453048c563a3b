import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Ajv } from "ajv";
import { describe, expect } from "vitest";
import { commandTree } from "../../source/commands/help-text.ts";
import { callHere } from "../support/program/call-here.ts";
import { pathWithStubDuckDb } from "../support/program/stub-duckdb.ts";
import { getTest } from "./get-fixture.ts";

const it = getTest.extend("runsHere", true);

/** Expects that each object fits the schema, and that the schema describes all its fields. */
async function expectFit(name: string, lines: readonly Record<string, unknown>[]): Promise<void> {
  expect(lines.length).toBeGreaterThan(0);
  const schema: object = JSON.parse(await callHere(["schema", name]));
  const fits = new Ajv().compile(ofService.includes(name) ? schema : closed(schema));
  for (const line of lines) expect([fits(line), fits.errors, line]).toEqual([true, null, line]);
}

/** Their lines have all fields that the service gives them. */
const ofService = ["buckets", "packages", "file-sets", "files"];

/** The schema without room for other names, so that each printed name must be described. */
function closed(schema: unknown): object {
  const text = JSON.stringify(schema, (_, value: unknown) => {
    const isOfObject = typeof value === "object" && value !== null && "properties" in value;
    return isOfObject ? { ...value, additionalProperties: false } : value;
  });
  return JSON.parse(text);
}

/** Each command with --json, and the schema of its lines. */
const schemaByCommand: Readonly<Record<string, string>> = {
  buckets: "buckets",
  config: "config",
  doctor: "doctor",
  expect: "expect",
  "file-sets": "file-sets",
  files: "files",
  get: "get",
  packages: "packages",
  peek: "peek",
  plan: "plan",
  profiles: "profiles",
  sandbox: "sandbox",
  status: "status",
  subscriptions: "subscriptions",
  sync: "get",
  table: "table",
  token: "token",
  url: "url",
  verify: "verify",
  watch: "watch",
};

it("every command with --json has a schema", async () => {
  const withJson = commandTree()
    .commands.filter(({ options }) => options.some(({ long }) => long === "--json"))
    .map((command) => command.name());
  expect(withJson.toSorted()).toEqual(Object.keys(schemaByCommand).toSorted());
  const names = (await callHere(["schema"]))
    .trimEnd()
    .split("\n")
    .map((line) => line.split("\t")[0]);
  expect(names.toSorted()).toEqual(
    [...new Set([...Object.values(schemaByCommand), "dry-run", "published"])].toSorted(),
  );
});

it("an unknown name is a usage error with a guess", async () => {
  await expect(callHere(["schema", "pln"])).rejects.toThrow(
    'Usage error: no schema is named "pln" (did you mean plan?). See cfs schema for the names.',
  );
});

it("the built program prints the same schema as its source", async ({ program }) => {
  const { code, stdout, stderr } = await program.run(["schema", "plan"]);
  expect({ code, stdout, stderr }).toEqual({
    code: 0,
    stdout: await callHere(["schema", "plan"]),
    stderr: "",
  });
});

describe("the output of", () => {
  it.for<[schema: string, words: string[]]>([
    ["buckets", ["buckets", "--json"]],
    ["packages", ["packages", "bulk-A", "--json"]],
    ["file-sets", ["file-sets", "bulk-A", "--json"]],
    ["status", ["status", "--json"]],
    ["profiles", ["profiles", "--json"]],
    ["token", ["token", "--json"]],
    ["config", ["config", "--json"]],
    ["doctor", ["doctor", "--json"]],
    ["dry-run", ["sync", "bulk-A", "--package", "Pack-A", "-o", "out", "--dry-run", "--json"]],
    ["expect", ["expect", "bulk-A", "-o", "out", "--expires-within", "90d", "--json"]],
    ["published", ["sandbox", "publish", "Pack-A", "--json"]],
    ["plan", ["plan", "bulk-A", "-o", "out", "--json"]],
    ["plan", ["plan", "bulk-A", "--series", "Feed*", "-o", "out", "--with-addresses"]],
  ])("%s fits its schema: %j", async ([name, words], { program }) => {
    await expectFit(name, (await program.run(words)).objects());
  });

  it("files, url, peek, get and verify fits their schemas", async ({
    fileOf,
    newest,
    out,
    program,
    sandbox,
  }) => {
    const { id } = fileOf(newest);
    const objectsOf = async (...words: string[]) => (await program.run(words)).objects();
    await expectFit("files", await objectsOf("files", newest.id, "--json"));
    await expectFit("url", await objectsOf("url", id, "--json"));
    await expectFit("peek", await objectsOf("peek", id, "-n", "2", "--json"));
    await expectFit("peek", await objectsOf("peek", id, id, "-n", "2", "--json"));
    const get = ["get", id, "-o", out, "--checksums", "--json"];
    await expectFit("get", await objectsOf(...get, "--unpack"));
    await expectFit("get", await objectsOf(...get));
    await expectFit("verify", await objectsOf("verify", out, "--json"));
    sandbox.faults.add({ on: "objects", effect: { kind: "corrupt", at: 0 } });
    await expectFit("get", await objectsOf(...get, "--overwrite"));
  });

  it("table fits its schema", async ({ folder, program }) => {
    await writeFile(join(folder, "Feed-Init-2026-11-01.csv"), "Id,V\n1,a\n");
    const environment = { PATH: await pathWithStubDuckDb(folder) };
    const words = ["table", ".", "--key", "Id", "-o", "current.csv", "--json"];
    await expectFit("table", (await program.start(words, { environment }).ended).objects());
  });

  it("watch and subscriptions fit their schemas", async ({ out, program, sandbox }) => {
    const call = ["watch", "bulk-A", "-o", out, "--json"];
    const watching = program.start([...call, "--exec", "exit 3"]);
    await watching.until(({ stdout }) => stdout.includes("command-failed"));
    const [fileSet] = sandbox.catalogue.fileSets.values();
    const { packageId = "" } = fileSet ?? {};
    sandbox.push.publish({ name: "Announced", packageId, files: [{ filename: "a.gz", bytes: 9 }] });
    await watching.until(({ stdout }) => /"notified".*"saved"/s.test(stdout));
    watching.kill("SIGINT");
    await expectFit("watch", (await watching.ended).objects());
    const listed = await program.run(["subscriptions", "--json"]);
    await expectFit("subscriptions", listed.objects());
    await expectFit("watch", (await program.run([...call, "--end"])).objects());
  });

  it("sandbox fits its schema", async ({ program }) => {
    const sandbox = program.start(["sandbox", "--json"]);
    await sandbox.until(({ stdout }) => stdout.includes("\n"));
    sandbox.kill("SIGTERM");
    await expectFit("sandbox", (await sandbox.ended).objects());
  });
});
