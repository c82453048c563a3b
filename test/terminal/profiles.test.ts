import { readdir } from "node:fs/promises";
import { expect } from "vitest";
import { credentialsOf } from "../support/sandbox/credentials.ts";
import { keys } from "../support/terminal/run-in-terminal.ts";
import { test as base } from "../support/terminal/test.ts";

const ctrlO = "\u000f";

const test = base.extend("variables", ({ sandbox }) => ({ RDP_HOST: sandbox.host }));

const it = test.extend("signedIn", { auto: true }, async ({ program, sandbox }) => {
  const { packageId } = sandbox.catalogue.addPackage({
    packageName: "Pack",
    bucketNames: ["bulk-A"],
  });
  sandbox.catalogue.addFileSet({
    name: "Pack-Init-2026-11-15",
    packageId,
    files: [{ filename: "large.csv", bytes: 1_500_000 }],
  });
  const environment = credentialsOf(sandbox);
  await program.run(["login"], { environment });
  const other = { ...environment, RDP_USERNAME: sandbox.other.username };
  await program.run(["--profile", "archive", "login"], { environment: other });
});

it("downloads of one account continue while another one browses", async ({
  folder,
  open,
  sandbox,
}) => {
  let release = () => {};
  const until = new Promise<void>((resolve) => {
    release = resolve;
  });
  sandbox.faults.add({ on: "objects", effect: { kind: "hold", until } });
  const run = open({ columns: 100, rows: 24 });
  await run.shows(/ cfs @default .*GE-A-01234567-8-9012/);
  run.press(`bulk-A${keys.enter}`);
  await run.shows("1/1 package");
  run.press(keys.enter);
  await run.shows("1/1 file set");
  run.press("d");
  await run.shows(/↓ 0\/1/);
  run.press("@");
  await run.shows(/archive +GE-A-01234567-8-9013/);
  run.press(keys.enter);
  await run.shows(/ cfs @archive .*@default ↓/);
  await run.shows("Known buckets");
  run.press(`bulk-A${keys.enter}`);
  await run.shows("1/1 package");
  release();
  await run.shows("default: Saved 1 file");
  run.press(`${ctrlO}${keys.enter}`);
  await run.shows(/ cfs @default +bulk-A › Pack › File sets/);
  run.press("q");
  expect(await run.ended).toBe(0);
  expect(await readdir(folder)).toContain("large.csv");
  const users = sandbox.requests.flatMap(({ form }) => form?.get("username") ?? []);
  expect(new Set(users)).toEqual(new Set([sandbox.username, sandbox.other.username]));
  // Both sessions are kept, each for its own profile.
  const next = open({ words: ["--profile", "archive"], columns: 100, rows: 24 });
  await next.shows(/ cfs @archive +bulk-A › Packages/);
  next.press("q");
  expect(await next.ended).toBe(0);
});

it("a profile that does not exist yet opens the form, whatever the environment has", async ({
  open,
  program,
  sandbox,
}) => {
  const environment = { ...program.environment, ...credentialsOf(sandbox), CFS_PROFILE: "new" };
  const run = open({ environment, columns: 100, rows: 24 });
  await run.shows("The profile new does not exist yet. Signing in adds it.");
  expect(run.screen()[0]).toContain(" cfs @new  Sign in");
  run.press(`${ctrlO}${keys.enter}`);
  await run.shows(/ cfs @default .*GE-A-01234567-8-9012/);
  run.press(keys.ctrlC);
  expect(await run.ended).toBe(0);
  expect((await program.run(["profiles"])).stdout.split("\n")).toHaveLength(3);
});
