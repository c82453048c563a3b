import { describe, expect } from "vitest";
import { credentialsOf } from "../support/sandbox/credentials.ts";
import { keys, runInTerminal, type TerminalOptions } from "../support/terminal/run-in-terminal.ts";
import { test } from "../support/test.ts";

const it = test
  .extend("variables", ({ sandbox }) => credentialsOf(sandbox))
  .extend("fileSet", { auto: true }, ({ sandbox: { catalogue } }) => {
    const { packageId } = catalogue.addPackage({
      packageName: "Bulk-ESG-Global-Raw-Full-v1",
      bucketNames: ["bulk-ESG"],
    });
    return catalogue.addFileSet({
      name: "Bulk-ESG-Global-Raw-Full-v1-Social-Csv-Init-2026-11-15T16:04:11.525Z",
      packageId,
      contentToMs: Date.UTC(2026, 10, 15, 16, 4),
      files: Array.from({ length: 6 }, (_, part) => ({
        filename: `Bulk-ESG-Global-Raw-Full-v1-Social-Init-2026-11-15-part${part}.csv.gz`,
        bytes: 900_000,
      })),
    });
  })
  .extend(
    "start",
    ({ folder, program }) =>
      (words: string, more: Partial<TerminalOptions> = {}) =>
        runInTerminal({
          words: words.split(" "),
          directory: folder,
          columns: more.columns,
          environment: { ...program.environment, ...more.environment },
        }),
  );

const nobody = { RDP_USERNAME: "", RDP_PASSWORD: "", RDP_APP_KEY: "" };

describe("a table", () => {
  it.for([
    [200, "NAME KIND STATUS FILES CONTENT TO AVAILABLE TO ID", "1 file set"],
    [80, "NAME KIND STATUS CONTENT TO AVAILABLE TO", "1 file set. Not shown: files, id"],
    [60, "NAME KIND CONTENT TO", "1 file set. Not shown: status, files, available-to, id"],
  ] as const)("fits a terminal of %i cells", async ([columns, titles, total], { start }) => {
    const run = start("file-sets bulk-ESG", { columns });
    expect(await run.ended).toBe(0);
    const [head = "", row = "", ...rest] = run.screen().filter((line) => line !== "");
    expect(head.replace(/ {2,}/g, " ")).toBe(titles);
    expect(row).toMatch(
      columns === 200 ? /^Bulk-ESG-Global-Raw-/ : /^Global-Raw-Full-v1-Social-Csv {2}Init /,
    );
    expect(rest.join(" ")).toContain(total);
  });

  it("of files has the parts of names that differ, the ids, and the total below", async ({
    sandbox,
    fileSet,
    start,
  }) => {
    const run = start(`files ${fileSet.id}`, { columns: 80 });
    expect(await run.ended).toBe(0);
    const rows = run.screen().filter((line) => line !== "");
    expect(rows).toEqual([
      expect.stringMatching(/^NAME +SIZE {2}ID$/),
      ...sandbox.catalogue
        .filesOf(fileSet)
        .map(({ filename, id }) => `${filename.slice(-"part0.csv.gz".length)}  900 kB  ${id}`)
        .sort(),
      "6 files, 5.4 MB",
    ]);
  });

  it("has every column that was chosen", async ({ fileSet, start }) => {
    const run = start("file-sets bulk-ESG --columns id,name", { columns: 60 });
    expect(await run.ended).toBe(0);
    const [, row = ""] = run.screen();
    expect(row.startsWith(fileSet.id)).toBe(true);
    expect(row).toMatch(/…[^ ]*2026-11-15$/);
  });
});

describe("cfs peek", () => {
  it("aligns the columns of a csv that fit, and says how many do not", async ({
    sandbox,
    fileSet,
    start,
  }) => {
    const [file] = sandbox.catalogue.filesOf(fileSet);
    const run = start(`peek ${file?.id} -n 2`, { columns: 60 });
    expect(await run.ended).toBe(0);
    const [header = "", first = "", second = "", ...rest] = run.screen();
    expect(header).not.toContain(",");
    const begins = [...header.matchAll(/ {2}(?=\S)/g)].map(({ index }) => index);
    expect(begins.length).toBeGreaterThan(0);
    for (const row of [first, second])
      for (const at of begins) expect(row.slice(at, at + 2).trim()).toBe("");
    expect(rest.join(" ")).toMatch(/\d of \d+ columns fit\. Pipe the output or use --json/);
  });
});

describe("cfs login", () => {
  it("asks for what it needs, without showing the password", async ({ sandbox, start }) => {
    const run = start("login", { environment: nobody });
    await run.shows("User name (machine id):");
    run.press(`${sandbox.username}${keys.enter}`);
    await run.shows("Password:");
    run.press(`${sandbox.password}${keys.enter}`);
    await run.shows("App key:");
    run.press(`${sandbox.appKey}${keys.enter}`);
    expect(await run.ended).toBe(0);
    expect(run.screen().join("\n")).toContain(`Signed in as ${sandbox.username}`);
    expect(run.written()).not.toContain(sandbox.password);
  });

  it("asks before it takes over another program's session", async ({ sandbox, start }) => {
    sandbox.signInElsewhere();
    const refused = start("login");
    await refused.shows("Take over its session? (y/N)");
    refused.press(keys.enter);
    expect(await refused.ended).toBe(3);
    const taken = start("login");
    await taken.shows("Take over its session? (y/N)");
    taken.press(`y${keys.enter}`);
    expect(await taken.ended).toBe(0);
  });

  it.for([
    ["user name", [keys.enter], "the user name is empty"],
    ["password", [`GE-A-1${keys.enter}`, keys.enter], "the password is empty"],
  ] as const)("says at once that the %s is empty", async ([_, typed, reason], { start }) => {
    const run = start("login", { environment: nobody });
    const prompts = ["User name", "Password:"];
    for (const [index, text] of typed.entries()) {
      await run.shows(prompts[index] ?? "");
      run.press(text);
    }
    expect(await run.ended).toBe(2);
    const shown = run.screen().join(" ");
    expect(shown).toContain(`cfs: Signing in: ${reason}. Run the command again and type it.`);
    expect(shown).not.toContain("App key:");
  });

  it.for([
    ["^C", keys.ctrlC],
    ["^D", keys.ctrlD],
  ] as const)("leaves at %s", async ([_, key], { start }) => {
    const run = start("login", { environment: nobody });
    await run.shows("User name");
    run.press(key);
    expect(await run.ended).toBe(130);
    expect(run.screen().join(" ")).toContain("cfs: Asking for the sign-in: it was interrupted.");
  });

  it.for([
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const)("leaves at %s", async ([signal, code], { start }) => {
    const run = start("login", { environment: nobody });
    await run.shows("User name");
    run.signal(signal);
    expect(await run.ended).toBe(code);
  });
});

describe("a command without a session", () => {
  it("asks for the sign-in, then does what it was called for", async ({ sandbox, start }) => {
    const run = start("buckets", { environment: nobody });
    await run.shows(`Not signed in to ${sandbox.host}.`);
    await run.shows("User name (machine id):");
    run.press(`${sandbox.username}${keys.enter}`);
    await run.shows("Password:");
    run.press(`${sandbox.password}${keys.enter}`);
    await run.shows("App key:");
    run.press(`${sandbox.appKey}${keys.enter}`);
    await run.shows(/^bulk-ESG /m);
    expect(await run.ended).toBe(0);
    expect(run.written()).not.toContain(sandbox.password);
    const next = start("buckets", { environment: nobody });
    await next.shows(/^bulk-ESG /m);
    expect(await next.ended).toBe(0);
    expect(next.written()).not.toContain("User name");
    sandbox.endSessions();
    const ended = start("buckets", { environment: nobody });
    await ended.shows(
      /The session has expired[\s\S]+Sign in again:\s+User name \(machine id\): \(GE-A-/,
    );
    ended.press(keys.ctrlC);
    expect(await ended.ended).toBe(130);
  });

  it("asks before it takes over another program's session", async ({ sandbox, start }) => {
    sandbox.signInElsewhere();
    const run = start("buckets");
    await run.shows("Take over its session? (y/N)");
    run.press(`y${keys.enter}`);
    await run.shows(/^bulk-ESG /m);
    expect(await run.ended).toBe(0);
  });

  it("asks nothing if only the session is needed", async ({ start }) => {
    const run = start("status", { environment: nobody });
    expect(await run.ended).toBe(3);
    expect(run.written()).not.toContain("User name");
  });
});

describe("cfs get", () => {
  it("draws bars that fit, takes them away, and says what came of it", async ({
    sandbox,
    fileSet,
    start,
  }) => {
    sandbox.faults.add({ on: "objects", effect: { kind: "slow", bytesPerSecond: 100_000 } });
    const run = start(`get ${fileSet.id} -o made`, { columns: 80 });
    await run.shows(/[1-9]\d?% .* ETA \S+ +▕[█▏▎▍▌▋▊▉]/);
    const shown = await run.shows(/(part\d[\s\S]*){6}/);
    expect(shown.join("\n")).toMatch(/0 of 6 files {2}.+ of 5\.4 MB {2}\d+% {2}/);
    expect(shown.filter((row) => row.includes("part"))).toHaveLength(6);
    sandbox.faults.clear();
    expect(await run.ended).toBe(0);
    const rows = run.screen().filter((row) => row !== "");
    expect(rows.filter((row) => row.includes("▕"))).toEqual([]);
    expect(rows.at(-1)).toMatch(/^6 files saved: 5\.4 MB in \d+s$/);
    expect(run.written()).not.toContain("\u001b[?25l");
  });

  it("restores the terminal at ^C, and says that downloads resume later", async ({
    sandbox,
    fileSet,
    start,
  }) => {
    sandbox.faults.add({ on: "objects", effect: { kind: "slow", bytesPerSecond: 100_000 } });
    const run = start(`get ${fileSet.id} -o made`);
    await run.shows(/\d% .* ETA /);
    run.press(keys.ctrlC);
    expect(await run.ended).toBe(130);
    const rows = run.screen().filter((row) => row !== "");
    expect(rows.filter((row) => row.includes("["))).toEqual([]);
    expect(rows.join(" ")).toContain("run the same command again to resume");
  });

  it("shows nothing but results with --quiet", async ({ fileSet, start }) => {
    // Wide enough for the paths of any temporary folder.
    const run = start(`get ${fileSet.id} -o made --quiet`, { columns: 300 });
    expect(await run.ended).toBe(0);
    expect(run.written()).not.toContain("\u001b[");
    expect(run.screen().filter((row) => row !== "")).toHaveLength(6);
  });
});
