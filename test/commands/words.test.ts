import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { describe, expect } from "vitest";
import { exitCodeRecords } from "../../source/commands/console/exit-codes.ts";
import { reportFailure } from "../../source/commands/console/failure.ts";
import { buildProgram } from "../../source/commands/program.ts";
import { readEnvironment } from "../../source/config/environment.ts";
import { variableRecords } from "../../source/config/variables.ts";
import { test as base } from "../support/test.ts";

const it = base.extend("variables", {});

/** What the program makes of words, without a process of its own for each. */
async function read(words: string) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const call = {
    stdin: new PassThrough(),
    stdout,
    stderr,
    environment: readEnvironment({}),
    signal: AbortSignal.abort(),
    nowMs: () => 0,
  };
  const refuse = async () => {
    throw new Error("The words were taken for right.");
  };
  const program = buildProgram({
    call,
    applyFlags: () => undefined,
    ready: async () => undefined,
    openTerminalProgram: refuse,
  });
  const code = await program.parseAsync(words.split(" "), { from: "user" }).then(
    () => 0,
    (thrown: unknown) => reportFailure(thrown, stderr),
  );
  stdout.end();
  stderr.end();
  return { code, stdout: await text(stdout), stderr: await text(stderr) };
}

describe("a call with wrong words ends with 2 and one sentence", () => {
  it.each([
    ["packages", "BUCKET. See cfs packages --help."],
    ["files", "FILE_SET_ID. See cfs files --help."],
    ["sync", "BUCKET, -o and --package. See cfs sync --help."],
    ["sync bulk-ESG", "-o and --package. See cfs sync --help."],
    ["sync -o pit/", "BUCKET and --package. See cfs sync --help."],
    ["sync bulk-ESG --package p", "-o. See cfs sync --help."],
  ])("cfs %s names all that is missing", async (words, sentence) => {
    expect(await read(words)).toEqual({
      code: 2,
      stdout: "",
      stderr: `cfs: Missing: ${sentence}\n`,
    });
  });

  it.each([
    [
      "pakages",
      'unknown command "pakages" (did you mean packages? For a bucket of that name: cfs packages pakages). See cfs --help.',
    ],
    ["filesets bulk-ESG", 'unknown command "filesets" (did you mean file-sets?). See cfs --help.'],
    ["nonsense a b", 'unknown command "nonsense". See cfs --help.'],
    ["help pek", 'unknown command "pek" (did you mean peek?). See cfs --help.'],
    ["--nonsense", "unknown option '--nonsense'. See cfs --help."],
    [
      "packages a b",
      "too many arguments for 'packages'. Expected 1 argument but got 2. See cfs packages --help.",
    ],
    [
      "packages a --nam b",
      "unknown option '--nam' (did you mean --name?). See cfs packages --help.",
    ],
    [
      "file-sets a --since 7d",
      "unknown option '--since' (did you mean --created-since or --modified-since?). See cfs file-sets --help.",
    ],
    ["get x --force", "unknown option '--force' (did you mean --overwrite?). See cfs get --help."],
    ["get x --jobs=4", "unknown option '--jobs=4'. Set CFS_JOBS; see cfs help environment."],
    [
      "buckets --ca-file company.pem",
      "unknown option '--ca-file'. Write it before the command: cfs --ca-file FILE buckets.",
    ],
    [
      "buckets --cacert=company.pem",
      "unknown option '--cacert=company.pem'. Write it before the command: cfs --ca-file FILE buckets.",
    ],
    [
      "packages a --demo=slow",
      "unknown option '--demo=slow'. Write it before the command: cfs --demo packages.",
    ],
    ["get x --nonsense", "unknown option '--nonsense'. See cfs get --help."],
    [
      "whoami",
      'unknown command "whoami" (did you mean status? For a bucket of that name: cfs packages whoami). See cfs --help.',
    ],
    ["download x", 'unknown command "download" (did you mean get?). See cfs --help.'],
    [
      "sync bulk-ESG/PIT -o x --package p",
      "bulk-ESG/PIT is not a bucket. Write it as bulk-ESG --package PIT.",
    ],
    ["get --bucket bulk-ESG/ x", "bulk-ESG/ is not a bucket. Write it as --bucket bulk-ESG."],
    ["packages a/b", "a/b is not a bucket. Write it as a."],
    ["file-sets a --limit", "option '--limit <count>' argument missing. See cfs file-sets --help."],
    [
      "sandbox --port 70000",
      "option '--port <number>' argument '70000' is invalid. It is not a port number from 0 to 65535. See cfs sandbox --help.",
    ],
  ])("cfs %s", async (words, sentence) => {
    expect(await read(words)).toEqual({
      code: 2,
      stdout: "",
      stderr: `cfs: Usage error: ${sentence}\n`,
    });
  });

  it.each([
    ["get", "Nothing to download: give an id, a name or --latest."],
    ["get --latest", "--latest needs --bucket."],
    ["get --latest --bucket b x", "--latest excludes ids and names."],
    ["get --package p x", "--package needs --bucket."],
    ["get --name n x", "--name needs --bucket."],
    ["files --series s x", "--series needs --bucket."],
    ["peek --package p x", "--package needs --bucket."],
    ["url --package p x", "--package needs --bucket."],
    ["get --kind full x", 'Reading --kind: "full" is not a known value. Use init or delta.'],
    [
      "file-sets b --format gz",
      'Reading --format: "gz" is not a known value. Use csv, jsonl or zip.',
    ],
    [
      "sync b --package p -o d --latest-init --kind delta",
      "--latest-init and --kind delta do not go together.",
    ],
  ])("cfs %s", async (words, sentence) => {
    const { code, stdout, stderr } = await read(words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(sentence);
  });

  it.each([
    ["packages", "bucket", "packages "],
    ["file-sets", "bucket", "file-sets "],
    ["files", "file-set-id", "files "],
    ["url", "file-id", "url x "],
    ["peek", "file-id", "peek "],
    ["get", "id", "get  x"],
    ["sync", "bucket", "sync  --package p -o x"],
  ])("cfs %s with an empty word", async (name, argument, words) => {
    expect(await read(words)).toEqual({
      code: 2,
      stdout: "",
      stderr: `cfs: Usage error: ${argument} is empty: a shell variable may not be set. See cfs ${name} --help.\n`,
    });
  });

  it.each([
    ["packages b --name ", "--name <text>", "packages"],
    ["file-sets b --package ", "--package <id-or-name>", "file-sets"],
    ["get x --bucket b --package ", "--package <id-or-name>", "get"],
    ["files x --include ", "--include <glob>", "files"],
    ["get x -o ", "-o, --output <dest>", "get"],
    ["sync b -o x --package ", "--package <id-or-name>", "sync"],
  ])("cfs %s", async (words, option, name) => {
    expect(await read(words)).toMatchObject({
      code: 2,
      stderr: `cfs: Usage error: ${option} is empty: a shell variable may not be set. See cfs ${name} --help.\n`,
    });
  });

  it.each([
    "watch b -o s3://b/p",
    "expect b --expires-within 2d -o s3://b/p",
    "verify s3://b/p",
    "table s3://b/p -o x.parquet",
  ])("cfs %s, which would be a folder named s3:", async (words) => {
    expect(await read(words)).toEqual({
      code: 2,
      stdout: "",
      stderr: "cfs: Usage error: s3://b/p is not a folder. Give the path of a folder.\n",
    });
  });

  it.each([
    "get x -o",
    "get --plan x -o",
    "sync b --package p -o",
    "plan b -o",
    "plan --check x -o",
  ])("cfs %s with a store that has no valid bucket", async (words) => {
    for (const address of ["s3:///p", "s3://x/p", "s3://lake//p"])
      expect(await read(`${words} ${address}`)).toEqual({
        code: 2,
        stdout: "",
        stderr: `cfs: Usage error: -o: ${address} is not valid. Write it as s3://BUCKET or s3://BUCKET/PREFIX: BUCKET has two or more letters and digits, and no part of PREFIX is empty or dots.\n`,
      });
  });

  it("an empty bucket for the terminal program too", async () => {
    expect(await read("")).toMatchObject({
      code: 2,
      stderr:
        "cfs: Usage error: bucket is empty: a shell variable may not be set. See cfs --help.\n",
    });
  });

  it("print nothing on standard output, in the built program too", async ({ program }) => {
    expect(await program.run(["packages", "a", "--nam", "b"])).toMatchObject({
      code: 2,
      stdout: "",
      stderr: `cfs: ${(await read("packages a --nam b")).stderr.slice("cfs: ".length)}`,
    });
    const environment = { CFS_JOBS: "none" };
    expect(await program.run(["buckets"], { environment })).toMatchObject({
      code: 2,
      stdout: "",
      stderr:
        'cfs: Reading CFS_JOBS: "none" is not a whole number from 1 to 256. Set CFS_JOBS to a whole number from 1 to 256, or unset it.\n',
    });
  });
});

describe("help", () => {
  it("is shown in any environment, and has examples", async ({ program }) => {
    const environment = { CFS_JOBS: "none" };
    const { code, stdout, stderr } = await program.run(["help"], { environment });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("Examples:\n  $ cfs ");
  });

  it("has examples for every command, by both ways", async () => {
    const { stdout } = await read("help");
    const listed = stdout.slice(stdout.indexOf("\nSession:"), stdout.indexOf("\nExamples:"));
    const names = [...listed.matchAll(/^ {2}([a-z][a-z-]+)/gm)].map(([, name]) => name);
    expect(names).toEqual(expect.arrayContaining(["login", "file-sets", "get", "completion"]));
    for (const name of names) {
      const told = await read(`help ${name}`);
      expect(told.stdout).toMatch(new RegExp(`^Usage: cfs ${name}[\\s\\S]*\nExamples:\n  \\$ `));
      expect(await read(`${name} --help`)).toEqual({ ...told, code: 0, stderr: "" });
    }
  });

  it.each([
    ["environment", variableRecords.flatMap(({ names }) => names), "the service (https:"],
    ["exit-codes", exitCodeRecords.flatMap(({ codes }) => codes), "not signed in"],
  ])("%s is explained without the manual, at 80 columns", async (topic, terms, meaning) => {
    const { code, stdout, stderr } = await read(`help ${topic}`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const lines = stdout.split("\n");
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80);
    const found = lines.flatMap((line) => /^ {2}(\w+)/.exec(line)?.[1] ?? []);
    expect(found).toEqual(terms.map(String));
    expect(stdout).toContain(meaning);
  });
});

describe("--demo", () => {
  it("is accepted before any command, and is already signed in", async ({ program }) => {
    const { code, stdout, stderr } = await program.run(["--demo", "status", "--json"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(JSON.parse(stdout)).toMatchObject({
      kind: "password",
      host: expect.stringContaining("127.0.0.1"),
    });
  });

  it("reports an unknown kind", async ({ program }) => {
    const { code, stderr } = await program.run(["--demo=backwards", "buckets"]);
    expect(code).toBe(2);
    expect(stderr).toBe(
      'cfs: Reading --demo: "backwards" is not a kind of demo. Write --demo or --demo=slow.\n',
    );
  });
});

it("reports that the current folder was removed", async () => {
  const stderr = new PassThrough();
  const lost = new Error("ENOENT: no such file or directory, uv_cwd");
  expect(reportFailure(Object.assign(lost, { code: "ENOENT", syscall: "uv_cwd" }), stderr)).toBe(7);
  stderr.end();
  expect(await text(stderr)).toMatch(/^cfs: Looking up the current folder: it was removed/);
});
