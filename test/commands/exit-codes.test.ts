import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect } from "vitest";
import { namedFaults, type Sandbox } from "../../source/sandbox/sandbox.ts";
import { isStandalone } from "../support/program/built-program.ts";
import type { Ended } from "../support/program/run.ts";
import { runInTerminal } from "../support/terminal/run-in-terminal.ts";
import { test } from "../support/test.ts";
import { waitUntil } from "../support/wait-until.ts";

/** What the calls of the cases are about. */
interface Facts {
  fileSetId: string;
  fileId: string;
  /** A module that puts a bug into the program. */
  bug: string;
}

const it = test.extend("facts", { auto: true }, async ({ folder, sandbox }): Promise<Facts> => {
  const { catalogue, password } = sandbox;
  const { packageId } = catalogue.addPackage({ packageName: "Pack", bucketNames: ["bulk-A"] });
  const files = Array.from({ length: 3 }, (_, part) => ({
    filename: `part${part}.csv.gz`,
    bytes: 900_000,
  }));
  const fileSet = catalogue.addFileSet({ name: "Set", packageId, files });
  await writeFile(join(folder, "file"), "");
  const bug = join(folder, "bug.mjs");
  await writeFile(
    bug,
    `const { stringify } = JSON;
     JSON.stringify = (value, ...more) => {
       if (value?.numFiles !== undefined) throw new TypeError("boom at password=${password}");
       return stringify(value, ...more);
     };`,
  );
  return { fileSetId: fileSet.id, fileId: catalogue.filesOf(fileSet)[0]?.id ?? "", bug };
});

interface Case {
  code: number;
  what: string;
  words: (facts: Facts) => string[];
  environment?: (facts: Facts) => Record<string, string>;
  fault?: Parameters<Sandbox["faults"]["add"]>[0];
  says: RegExp | "";
}

const cases: Case[] = [
  { code: 0, what: "done", words: ({ fileSetId }) => ["files", fileSetId], says: "" },
  {
    code: 1,
    what: "a bug",
    words: () => ["file-sets", "bulk-A", "--json"],
    environment: ({ bug }) => ({ NODE_OPTIONS: `--import=${pathToFileURL(bug)}` }),
    says: /^cfs: Unexpected error: boom at [^\n]+\. CFS_DEBUG=1 shows where\.$/,
  },
  {
    code: 2,
    what: "wrong words",
    words: () => ["files"],
    says: /^cfs: Missing: FILE_SET_ID\. See cfs files --help\.$/,
  },
  {
    code: 3,
    what: "a refused sign-in",
    words: () => ["buckets"],
    environment: () => ({ RDP_PASSWORD: "wrong" }),
    says: /^cfs: Signing in as \S+: the service answered 400, "Invalid username or password\." Check the user name/,
  },
  {
    code: 4,
    what: "no such file set",
    words: () => ["files", "4000-0000-00000000-0000-000000000000"],
    says: /^cfs: Listing the files of \S+: the service answered 404, "No resource found[^"]*" \(request \S+\)\. Check/,
  },
  {
    code: 4,
    what: "not entitled",
    words: () => ["file-sets", "bulk-A"],
    fault: { on: "file-sets", effect: namedFaults.notEntitled() },
    says: /^cfs: .+ the service answered 403, "Access denied: Insufficient claims to access this resource"\. Your/,
  },
  {
    code: 5,
    what: "a service that fails",
    words: () => ["file-sets", "bulk-A"],
    fault: { on: "file-sets", effect: namedFaults.serviceError(503) },
    says: /^cfs: .+ the service answered 503, "[^"]+" \(request \S+\)\. The service has a problem: try again later\.$/,
  },
  {
    code: 5,
    what: "an address that is not allowed",
    words: () => ["buckets"],
    environment: () => ({ RDP_HOST: "http://example.org" }),
    says: /^cfs: Reading RDP_HOST: http:\/\/example\.org is not allowed\. Give an https address/,
  },
  {
    code: 6,
    what: "wrong bytes",
    words: ({ fileId }) => ["get", fileId, "-o", "wrong", "--quiet"],
    fault: { on: "objects", effect: { kind: "corrupt", at: 7 } },
    says: /^cfs: [^\n]*part0\.csv\.gz[^\n]+\.$/,
  },
  {
    code: 7,
    what: "a folder that cannot be",
    words: ({ fileId }) => ["get", fileId, "-o", "file/below", "--quiet"],
    says: /^cfs: Saving part0\.csv\.gz in \S+: it is not a folder\. A part of the path is a file/,
  },
];

// Into the single executable no bug can be put.
const possible = cases.filter(({ what }) => !(isStandalone && what === "a bug"));

describe.each(possible)("$code: $what", ({ code, words, environment, fault, says }) => {
  it("in a pipe", async ({ program, sandbox, facts }) => {
    if (fault !== undefined) sandbox.faults.add(fault);
    const ended = await program.run(words(facts), { environment: environment?.(facts) });
    expect(ended.code).toBe(code);
    if (says === "") expect(ended.stderr).toBe("");
    else {
      expect(ended.stdout).toBe("");
      expect(ended.stderr.trimEnd()).toMatch(says);
      expect(ended.stderr).toMatch(/^[^\n]+\n$/);
    }
    expect(ended.stderr).not.toContain(sandbox.password);
  });

  it("on a terminal", async ({ folder, program, sandbox, facts }) => {
    if (fault !== undefined) sandbox.faults.add(fault);
    const shown = runInTerminal({
      words: words(facts),
      directory: folder,
      environment: { ...program.environment, ...environment?.(facts) },
      columns: 500,
    });
    expect(await shown.ended).toBe(code);
    if (says !== "") expect(shown.screen()[0]).toMatch(says);
    expect(shown.written()).not.toContain(sandbox.password);
  });
});

describe("of a call that a signal ends", () => {
  it.for([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const)(
    "%s gives %i, and the same call goes on with what has arrived",
    async ([signal, code], { folder, program, sandbox, facts }) => {
      const removeFault = sandbox.faults.add({
        on: "objects",
        effect: { kind: "slow", bytesPerSecond: 200_000 },
      });
      const words = ["get", facts.fileSetId, "-o", "out", "--json", "--quiet"];
      const running = program.start(words);
      const hasKept = async () => {
        const path = join(folder, "out", "part0.csv.gz.part.journal");
        return (await readFile(path, "utf8").catch(() => "")).includes('"written"');
      };
      await waitUntil(hasKept, "bytes on disk");
      running.kill(signal);
      expect(await running.ended).toMatchObject({
        code,
        stdout: "",
        stderr:
          "cfs: Downloading: it was interrupted. What has arrived is kept: run the same command again to resume.\n",
      });
      removeFault();
      const ended = await program.run(words);
      expect(ended.code).toBe(0);
      const fetched = ended
        .objects()
        .reduce((sum, { bytesFetched }) => sum + Number(bytesFetched), 0);
      expect(fetched).toBeLessThan(3 * 900_000);
      expect(fetched).toBeGreaterThan(0);
      expect((await readdir(join(folder, "out"))).sort()).toEqual([
        "part0.csv.gz",
        "part1.csv.gz",
        "part2.csv.gz",
      ]);
    },
  );

  it("also while it only lists", async ({ program, sandbox }) => {
    sandbox.faults.add({ on: "file-sets", effect: { kind: "hold", until: new Promise(() => {}) } });
    const running = program.start(["file-sets", "bulk-A"]);
    await waitUntil(() => sandbox.requests.some(({ place }) => place === "file-sets"));
    running.kill("SIGTERM");
    expect(await running.ended).toMatchObject({ code: 143, stdout: "" });
  });
});

it("no secret stands in any output, not with CFS_DEBUG=1 either", async ({
  program,
  sandbox,
  facts,
}) => {
  const told: Ended[] = [];
  const cfs = async (...words: string[]) =>
    void told.push(await program.run(words, { environment: { CFS_DEBUG: "1" } }));
  await cfs("status", "--json");
  for (const [on, effect] of [
    ["token", namedFaults.htmlPage(200)],
    ["file-sets", namedFaults.tokenExpired()],
    ["objects", namedFaults.urlExpired()],
    ["revoke", namedFaults.serviceError(500, 0)],
  ] as const) {
    sandbox.faults.clear();
    sandbox.faults.add({ on, effect });
    await cfs("file-sets", "bulk-A", "--json");
    if (on === "objects") {
      await cfs("get", facts.fileId, "--json");
      await cfs("peek", facts.fileId);
    }
    if (on === "revoke") await cfs("logout");
  }
  const text = told.map(({ stdout, stderr }) => stdout + stderr).join("\n");
  expect(text).toContain("AppError");
  const tokens = sandbox.requests.flatMap(({ form, headers }) => [
    form?.get("refresh_token") ?? "",
    form?.get("token") ?? "",
    headers.authorization?.split(" ")[1] ?? "",
  ]);
  const secrets = [sandbox.password, ...new Set(tokens.filter((token) => token !== ""))];
  expect(secrets.length).toBeGreaterThan(3);
  for (const secret of secrets) expect(text).not.toContain(secret);
  expect(text).not.toMatch(/X-Amz-(Signature|Security-Token|Credential)=[^.…*\s]/);
});
