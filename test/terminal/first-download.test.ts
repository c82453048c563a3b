import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { bodyDigest } from "../../source/sandbox/sandbox.ts";
import { keys, type TerminalRun } from "../support/terminal/run-in-terminal.ts";
import { test as base } from "../support/terminal/test.ts";

const fileName = "Bulk-ESG-Global-Raw-Full-v1-Social-Init-2026-11-15T16:04:11.525Z.csv.gz";

const test = base
  .extend("variables", ({ sandbox }) => ({ RDP_HOST: sandbox.host }))
  .extend("sharesCode", false);

const it = test
  .extend("fileSet", { auto: true }, ({ sandbox: { catalogue } }) => {
    const { packageId } = catalogue.addPackage({
      packageName: "Bulk-ESG-Global-Raw-Full-v1",
      bucketNames: ["bulk-ESG"],
    });
    return catalogue.addFileSet({
      name: "Bulk-ESG-Global-Raw-Full-v1-Social-Csv-Init-2026-11-15T16:04:11.525Z",
      packageId,
      files: [{ filename: fileName, bytes: 3_000_000 }],
    });
  })
  .extend("signIn", ({ sandbox }) => async (run: TerminalRun) => {
    await run.shows("Sign in");
    run.press(sandbox.username + keys.enter);
    run.press(sandbox.password + keys.enter);
    run.press(sandbox.appKey + keys.enter);
    await run.shows("Known buckets");
  });

describe("the built program in a terminal", () => {
  it.for([
    [120, 30],
    [80, 24],
    [60, 15],
  ] as const)(
    "signs in and downloads a file by keys at %ix%i",
    async ([columns, rows], { folder, sandbox, open }) => {
      const run = open({ columns, rows });
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
      const saved = await readFile(join(folder, local));
      expect(createHash("sha256").update(saved).digest("hex")).toBe(
        await bodyDigest(file, "sha256"),
      );
      expect((await readdir(folder)).sort()).toEqual([local, "settings"].sort());
      expect(
        sandbox.requests.some(({ origin, authorized }) => origin === "objects" && authorized),
      ).toBe(false);
    },
  );

  it("signs in by one refresh the second time, and shows and keeps no secret", async ({
    folder,
    sandbox,
    open,
    signIn,
  }) => {
    const first = open();
    await signIn(first);
    first.press(keys.ctrlC);
    expect(await first.ended).toBe(0);
    const second = open();
    await second.shows("Known buckets");
    second.press(keys.ctrlC);
    expect(await second.ended).toBe(0);
    const tokens = sandbox.requests.filter(({ place }) => place === "token");
    expect(tokens.map(({ form }) => form?.get("grant_type"))).toEqual([
      "password",
      "refresh_token",
    ]);
    const kept = await readFile(join(folder, "settings", "config.json"), "utf8");
    for (const text of [kept, first.written(), second.written()]) {
      expect(text).not.toContain(sandbox.password);
      expect(text).not.toContain("eyJ0eXAi");
    }
  });

  it("opens the bucket that is given", async ({ open, signIn }) => {
    const first = open();
    await signIn(first);
    first.press(keys.ctrlC);
    await first.ended;
    const run = open({ words: ["bulk-esg"] });
    await run.shows("1/1 package");
    run.press("q");
    expect(await run.ended).toBe(0);
  });

  it.for([
    ["SIGTERM", 143],
    ["SIGINT", 130],
    ["SIGHUP", 129],
  ] as const)("restores the terminal on %s", async ([name, code], { open }) => {
    const run = open();
    await run.shows("Sign in");
    run.signal(name);
    expect(await run.ended).toBe(code);
    expect(run.terminal.buffer.active.type).toBe("normal");
    expect(run.written()).toContain("\u001b[?25h");
    expect(run.written()).not.toContain("\u001b[3J");
  });

  it("runs the demo, signed in, and leaves no file", async ({ folder, open }) => {
    const run = open({
      words: ["--demo"],
      environment: { CFS_CONFIG_DIR: join(folder, "settings") },
    });
    await run.shows("Known buckets");
    run.press(`bulk-esg${keys.enter}`);
    await run.shows(/1\/\d+ packages/);
    run.press("q");
    expect(await run.ended).toBe(0);
    expect(await readdir(folder)).toEqual([]);
  });
});
