import { readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { switchFault } from "../../source/sandbox/named-faults.ts";
import type { Sandbox } from "../../source/sandbox/sandbox.ts";
import { start } from "../support/program/run.ts";
import { keys, runInTerminal } from "../support/terminal/run-in-terminal.ts";
import { test } from "../support/test.ts";
import { waitUntil } from "../support/wait-until.ts";

/** All that the sandbox was given or gave out and nobody may see, in every spelling. */
async function secretsOf(sandbox: Sandbox, folder: string): Promise<string[]> {
  const kept = await readFile(join(folder, "settings", "config.json"), "utf8").catch(() => "{}");
  const found = new Set<string>([
    sandbox.password,
    Buffer.from(`${sandbox.appKey}:`).toString("base64"),
    ...(JSON.parse(kept).sessions ?? []).map(
      (session: { refreshToken: string }) => session.refreshToken,
    ),
  ]);
  for (const { form, headers, query } of sandbox.requests) {
    for (const name of ["refresh_token", "token"])
      if (form?.has(name)) found.add(form.get(name) ?? "");
    if (headers.authorization !== undefined) found.add(headers.authorization.replace(/^\w+ /, ""));
    for (const name of ["X-Amz-Signature", "X-Amz-Security-Token", "X-Amz-Credential"])
      if (query.has(name)) found.add(query.get(name) ?? "");
  }
  return [...found].flatMap((secret) => [
    secret,
    encodeURIComponent(secret),
    Buffer.from(secret).toString("base64"),
  ]);
}

/** Every file that was made but the conf file, which is to have the refresh token. */
async function filesMadeIn(folder: string): Promise<string> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = found
    .filter((entry) => entry.isFile() && entry.name !== "config.json")
    .map((entry) => join(entry.parentPath, entry.name));
  return (await Promise.all(paths.map((path) => readFile(path, "latin1")))).join("\n");
}

const it = test
  .extend("ids", { auto: true }, ({ sandbox: { catalogue } }) => {
    const { packageId } = catalogue.addPackage({ packageName: "Pack", bucketNames: ["bulk-A"] });
    const files = [{ filename: "a.csv.gz", bytes: 400_000 }];
    const set = catalogue.addFileSet({ name: "Set", packageId, files });
    const [file] = catalogue.filesOf(set);
    return { fileSet: set.id, file: file?.id ?? "" };
  })
  .extend("cfs", ({ program }) => {
    return (words: string[], environment: Record<string, string> = { CFS_DEBUG: "1" }) =>
      program.run(words, { environment });
  })
  .extend("expectNone", ({ folder, sandbox }) => async (text: string) => {
    const known = await secretsOf(sandbox, folder);
    expect(known.length).toBeGreaterThan(6);
    for (const secret of known) expect(text.includes(secret), secret.slice(0, 12)).toBe(false);
  });

describe("CFS_DEBUG=1", () => {
  it("reports what every command does on stderr, without secrets", async ({
    folder,
    sandbox,
    ids,
    cfs,
    expectNone,
  }) => {
    const calls = [
      ["login"],
      ["status"],
      ["packages", "bulk-A", "--json"],
      ["file-sets", "bulk-A"],
      ["files", ids.fileSet],
      ["peek", ids.file, "-n", "1"],
      ["get", ids.fileSet, "-o", "out", "--json"],
      ["get", ids.file, "-o", "one", "--json"],
      ["sync", "bulk-A", "--package", "Pack", "-o", "synced", "--json"],
      ["url", ids.file],
      ["logout"],
    ];
    // Addresses are read for what a file's record would say.
    switchFault(sandbox.faults, "file-not-found");
    let told = "";
    for (const words of calls) {
      const { code, stdout, stderr } = await cfs(words);
      expect({ words, code }).toEqual({ words, code: 0 });
      // An address is the very thing that `url` is asked for.
      told += words[0] === "url" ? stderr : stdout + stderr;
    }
    expect(told).toMatch(
      / request method=POST url=\S+\/auth\/oauth2\/v1\/token grant=password status=200 .*ms=\d+/,
    );
    expect(told).toMatch(/ request method=GET url=\S+\/file-store\/v1\/packages query=\S+/);
    expect(told).toMatch(/ object method=GET url=\S+ .*status=20[06]/);
    expect(told).toMatch(/ transfer file=\S+ state=saved/);
    await expectNone(told);
    await expectNone(await filesMadeIn(folder));
  });

  it("reports retries and the stack of a failure, without secrets", async ({
    sandbox,
    cfs,
    expectNone,
  }) => {
    sandbox.faults.add({ on: "packages", effect: { kind: "answer", status: 503 } });
    const { code, stderr } = await cfs(["packages", "bulk-A"]);
    expect(code).toBe(5);
    expect(stderr).toMatch(/ retry attempt=1 because=/);
    expect(stderr).toMatch(/ failure error=[\s\S]*\n {4}at /);
    await expectNone(stderr);
  });

  it("is off by default", async ({ cfs }) => {
    const { stderr } = await cfs(["packages", "bulk-A"], {});
    expect(stderr).toBe("");
  });
});

describe("CFS_DEBUG_FILE", () => {
  it("writes to a file that it closes to other users", async ({ folder, cfs, expectNone }) => {
    const path = join(folder, "debug.txt");
    await writeFile(path, "", { mode: 0o644 });
    const { code, stderr } = await cfs(["packages", "bulk-A"], { CFS_DEBUG_FILE: path });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const text = await readFile(path, "utf8");
    expect(text).toContain("/file-store/v1/packages");
    await expectNone(text);
  });

  it("is refused if it is a link or no file", async ({ folder, cfs }) => {
    const link = join(folder, "link");
    await symlink(join(folder, "elsewhere"), link);
    for (const path of [link, folder, join(folder, "no", "folder")]) {
      const { code, stderr } = await cfs(["packages", "bulk-A"], { CFS_DEBUG_FILE: path });
      expect(code).toBe(2);
      expect(stderr).toContain("for debug output (CFS_DEBUG_FILE)");
    }
  });
});

describe("the terminal program with CFS_DEBUG=1", () => {
  it("names the file that it cannot open", async ({ folder, program }) => {
    const settings = join(folder, "file");
    await writeFile(settings, "");
    const places = process.platform === "linux" ? [settings, "/proc/cfs"] : [settings];
    for (const place of places) {
      const run = runInTerminal({
        directory: folder,
        environment: { ...program.environment, CFS_DEBUG: "1", CFS_CONFIG_DIR: place },
      });
      expect(await run.ended).toBe(2);
      expect(run.written()).toContain(`Opening ${place}/cache/debug.log for debug output`);
    }
  });

  it("writes to a file only", async ({ folder, program, expectNone }) => {
    const run = runInTerminal({
      words: ["bulk-A"],
      directory: folder,
      environment: { ...program.environment, CFS_DEBUG: "1", SSH_TTY: "/dev/pts/9" },
    });
    await run.shows("Pack");
    run.press(keys.enter);
    await run.shows("Set");
    run.press(keys.enter);
    await run.shows("a.csv.gz");
    run.press("y");
    run.press("p");
    await run.shows(/first \d+ records/);
    run.press(keys.escape);
    await run.shows("1/1 file");
    run.press("d");
    await run.shows("Saved 1 file");
    const shown = run.screen().join("\n");
    expect(shown).not.toMatch(/ request method=| object method=/);
    run.press("q");
    expect(await run.ended).toBe(0);
    expect(run.written()).not.toContain("request method=");
    await expectNone(run.written());
    const path = /Debug output is in (\S+debug\.log)/.exec(run.written())?.[1] ?? "";
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const text = await readFile(path, "utf8");
    expect(text).toContain("request method=GET");
    await expectNone(text);
    await expectNone(await filesMadeIn(folder));
  });
});

describe.runIf(process.platform === "linux")("the process list", () => {
  it("shows no secret during a sign-in", async ({ folder, sandbox, program, expectNone }) => {
    let release = () => {};
    const until = new Promise<void>((resolve) => {
      release = resolve;
    });
    sandbox.faults.add({ on: "token", effect: { kind: "hold", until } });
    const { RDP_PASSWORD: _, ...environment } = { RDP_PASSWORD: "", ...program.environment };
    const words = ["login", "--username", sandbox.username, "--app-key", sandbox.appKey];
    const login = start([...words, "--password-stdin"], {
      directory: folder,
      environment,
      input: `${sandbox.password}\n`,
    });
    await waitUntil(() => sandbox.requests.length > 0);
    const shown = await readFile(`/proc/${login.pid}/cmdline`, "utf8");
    release();
    expect((await login.ended).code).toBe(0);
    expect(shown).toContain("--password-stdin");
    await expectNone(shown);
  });
});
