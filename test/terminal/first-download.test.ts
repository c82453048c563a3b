import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bodyDigest, type Sandbox, startSandbox } from "../../source/sandbox/sandbox.ts";
import { type Home, makeHome } from "../support/program/run.ts";
import { keys, runInTerminal, type TerminalOptions } from "../support/terminal/run-in-terminal.ts";

const fileName = "Bulk-ESG-Global-Raw-Full-v1-Social-Init-2026-11-15T16:04:11.525Z.csv.gz";

let sandbox: Sandbox;
let home: Home;

beforeEach(async () => {
  sandbox = await startSandbox({ empty: true });
  home = await makeHome({ RDP_HOST: sandbox.host });
  const { packageId } = sandbox.catalogue.addPackage({
    packageName: "Bulk-ESG-Global-Raw-Full-v1",
    bucketNames: ["bulk-ESG"],
  });
  sandbox.catalogue.addFileSet({
    name: "Bulk-ESG-Global-Raw-Full-v1-Social-Csv-Init-2026-11-15T16:04:11.525Z",
    packageId,
    files: [{ filename: fileName, bytes: 3_000_000 }],
  });
});

afterEach(async () => {
  await sandbox.close();
  await home.remove();
});

const start = (more: Partial<TerminalOptions> = {}) =>
  runInTerminal({ directory: home.directory, environment: home.environment, ...more });

const grants = () =>
  sandbox.requests
    .filter(({ place }) => place === "token")
    .map(({ form }) => form?.get("grant_type"));

async function signIn(run: ReturnType<typeof start>): Promise<void> {
  await run.shows("Sign in");
  run.press(sandbox.username + keys.enter);
  run.press(sandbox.password + keys.enter);
  run.press(sandbox.appKey + keys.enter);
  await run.shows("Known buckets");
}

describe("the built program in a terminal", () => {
  it.each([
    [120, 30],
    [80, 24],
    [60, 15],
  ])("does the whole job by keys at %ix%i", async (columns, rows) => {
    const run = start({ columns, rows });
    await run.shows("Password");
    run.press(`${sandbox.username}${keys.enter}`);
    run.press(sandbox.password);
    expect((await run.shows(/[•*]{5}/)).join("\n")).not.toContain(sandbox.password);
    run.press(`${keys.enter}${sandbox.appKey}${keys.enter}`);
    await run.shows("Known buckets");
    run.press(`BULK-esg${keys.enter}`);
    await run.shows("1/1 package");
    run.press(keys.enter);
    await run.shows("1/1 file set");
    run.press("l");
    await run.shows("3.0 MB");
    run.press("d");
    await run.shows("Saved 1 file");
    run.press("q");
    expect(await run.ended).toBe(0);

    const local = fileName.replaceAll(":", "_");
    const [file] = sandbox.catalogue.files.values();
    if (file === undefined) throw new Error("the sandbox has one file");
    const saved = await readFile(join(home.directory, local));
    expect(createHash("sha256").update(saved).digest("hex")).toBe(await bodyDigest(file, "sha256"));
    expect((await readdir(home.directory)).sort()).toEqual([local, "settings"].sort());
    expect(
      sandbox.requests.some(({ origin, authorized }) => origin === "objects" && authorized),
    ).toBe(false);
  });

  it("signs in by one refresh the second time, with nothing secret on disk or on the screen", async () => {
    const first = start();
    await signIn(first);
    first.press(keys.ctrlC);
    expect(await first.ended).toBe(0);
    const second = start();
    await second.shows("Known buckets");
    second.press(keys.ctrlC);
    expect(await second.ended).toBe(0);
    expect(grants()).toEqual(["password", "refresh_token"]);
    const kept = await readFile(join(home.directory, "settings", "config.json"), "utf8");
    for (const text of [kept, first.written(), second.written()]) {
      expect(text).not.toContain(sandbox.password);
      expect(text).not.toContain("eyJ0eXAi");
    }
  });

  it("opens on a bucket that the call names", async () => {
    const first = start();
    await signIn(first);
    first.press(keys.ctrlC);
    await first.ended;
    const run = start({ words: ["bulk-esg"] });
    await run.shows("1/1 package");
    run.press("q");
    expect(await run.ended).toBe(0);
  });

  it.each([
    ["SIGTERM", 143],
    ["SIGINT", 130],
    ["SIGHUP", 129],
  ] as const)("gives the terminal back on %s", async (name, code) => {
    const run = start();
    await run.shows("Sign in");
    run.signal(name);
    expect(await run.ended).toBe(code);
    expect(run.terminal.buffer.active.type).toBe("normal");
    expect(run.written()).toContain("\u001b[?25h");
    expect(run.written()).not.toContain("\u001b[3J");
  });

  it("runs against the embedded sandbox, already signed in, and leaves nothing behind", async () => {
    const run = start({
      words: ["--demo"],
      environment: { CFS_CONFIG_DIR: join(home.directory, "settings") },
    });
    await run.shows("Known buckets");
    run.press(`bulk-esg${keys.enter}`);
    await run.shows(/1\/\d+ packages/);
    run.press("q");
    expect(await run.ended).toBe(0);
    expect(await readdir(home.directory)).toEqual([]);
  });
});
