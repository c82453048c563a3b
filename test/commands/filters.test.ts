import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { type NewFileSet, type Sandbox, startSandbox } from "../../source/sandbox/sandbox.ts";
import { run } from "../support/program/run.ts";
import { clientCredentialsOf } from "../support/sandbox/credentials.ts";
import { test as base } from "../support/test.ts";

const dayMs = 86_400_000;
const at = (days: number) => Date.now() + days * dayMs;
const time = (days: number) => new Date(at(days)).toISOString();

/** Adds four file sets of two packages. */
function fill({ catalogue }: Sandbox): void {
  const owners = ["Pack-A", "Pack-B"].map((packageName) =>
    catalogue.addPackage({ packageName, bucketNames: ["bulk-F"] }),
  );
  const add = (name: string, days: number, more: Partial<NewFileSet> = {}) =>
    catalogue.addFileSet({
      name,
      packageId: owners[0]?.packageId ?? "",
      contentFromMs: at(days - 1),
      contentToMs: at(days),
      createdMs: at(days),
      modifiedMs: at(days),
      availableFromMs: at(days),
      availableToMs: at(days + 30),
      files: [],
      ...more,
    });
  add("Feed-20", -20);
  add("Feed-2", -2, { attributes: [{ name: "ContentType", value: "ESG Scores" }] });
  add("Feed-2-more", -2.1, { status: "PENDING" });
  add("Other", -4, { packageId: owners[1]?.packageId ?? "" });
}

const it = base
  .extend("filled", { scope: "file" }, async ({}, { onCleanup }) => {
    const sandbox = await startSandbox({ empty: true });
    onCleanup(() => sandbox.close());
    sandbox.assumptions.tokenRequestsPerMinute = Number.POSITIVE_INFINITY;
    fill(sandbox);
    return sandbox;
  })
  /** The listing without any filter. */
  .extend("all", { scope: "file" }, async ({ filled }, { onCleanup }) => {
    const settings = await mkdtemp(join(tmpdir(), "cfs-test-"));
    onCleanup(() => rm(settings, { recursive: true, force: true }));
    const environment = { ...clientCredentialsOf(filled), CFS_CONFIG_DIR: settings };
    return (await run(["file-sets", "bulk-F", "--json"], { environment })).objects();
  })
  .extend("sandbox", ({ filled }, { onCleanup }) => {
    onCleanup(() => filled.faults.clear());
    return filled;
  })
  .extend("variables", ({ sandbox }) => clientCredentialsOf(sandbox))
  .extend("runsHere", true)
  .extend("fileSets", ({ program }) => {
    return (...words: string[]) => program.run(["file-sets", "bulk-F", ...words]);
  });

const cases: [string, string[], string[]][] = [
  ["nothing", [], ["Feed-2", "Feed-2-more", "Other", "Feed-20"]],
  ["a package by name", ["--package", "Pack-B"], ["Other"]],
  ["a part of a package's name", ["--package", "ck-a"], ["Feed-2", "Feed-2-more", "Feed-20"]],
  ["a part of a name", ["--name", "Feed-2"], ["Feed-2", "Feed-2-more", "Feed-20"]],
  ["a part of a name in another case", ["--name", "d-2-MORE"], ["Feed-2-more"]],
  ["a name that none has", ["--name", "Feed-3"], []],
  ["READY", ["--status", "ready"], ["Feed-2", "Other", "Feed-20"]],
  ["PENDING", ["--status", "PENDING"], ["Feed-2-more"]],
  ["an attribute", ["--attribute", "ContentType=ESG Scores"], ["Feed-2"]],
  ["two attributes", ["--attribute", "ContentType=ESG Scores", "--attribute", "A=B"], []],
  ["content from", ["--content-from", "6d"], ["Feed-2", "Feed-2-more", "Other"]],
  ["content to", ["--content-to", "10d"], ["Feed-20"]],
  ["available from", ["--available-from", time(15)], ["Feed-2", "Feed-2-more", "Other"]],
  ["available to", ["--available-to", "72h"], ["Other", "Feed-20"]],
  [
    "all windows at once",
    ["--content-from", "6d", "--content-to", "4d", "--available-to", "3d", "--limit", "5"],
    ["Other"],
  ],
  ["created since", ["--created-since", "72h"], ["Feed-2", "Feed-2-more"]],
  ["modified since, a span", ["--modified-since", "72h"], ["Feed-2", "Feed-2-more"]],
  ["modified since, a time", ["--modified-since", time(-10)], ["Feed-2", "Feed-2-more", "Other"]],
  [
    "modified since, a day",
    ["--modified-since", time(-10).slice(0, 10)],
    ["Feed-2", "Feed-2-more", "Other"],
  ],
  [
    "several at once",
    ["--package", "Pack-A", "--status", "READY", "--created-since", "5d"],
    ["Feed-2"],
  ],
  ["at most two", ["--limit", "2"], ["Feed-2", "Feed-2-more"]],
];

describe("cfs file-sets, asked for", () => {
  it.for(cases)("%s, newest first", async ([_, words, names], { fileSets }) => {
    const { code, stderr, objects } = await fileSets("--json", ...words);
    expect({ code, stderr, names: objects().map(({ name }) => name) }).toEqual({
      code: 0,
      stderr: "",
      names,
    });
  });

  it.for<(typeof cases)[number]>([
    ...cases,
    ["a package by id", ["--package", "PACKAGE-B"], ["Other"]],
  ])(
    "%s of a service that ignores filters",
    async ([_, words, names], { sandbox, all, fileSets }) => {
      sandbox.faults.add({
        on: "file-sets",
        effect: { kind: "edit", edit: () => ({ value: all }) },
      });
      const { code, objects } = await fileSets(
        "--json",
        ...words.map((word) => word.replace("PACKAGE-B", String(all[2]?.["packageId"]))),
      );
      expect({ code, names: objects().map(({ name }) => name) }).toEqual({ code: 0, names });
    },
  );

  it("applies several at once, over pages whose next link lost every filter", async ({
    sandbox,
    all,
    fileSets,
  }) => {
    const before = sandbox.requests.length;
    const [first, ...others] = all;
    let turn = 0;
    sandbox.faults.add({
      on: "file-sets",
      effect: {
        kind: "edit",
        edit: () => {
          turn += 1;
          const token = Buffer.from(`filesetId=${first?.["id"]}`).toString("base64url");
          const next = `/file-store/v1/file-sets?bucket=bulk-F&skipToken=${token}`;
          return turn === 1 ? { value: [first], "@nextLink": next } : { value: others };
        },
      },
    });
    const since = ["--created-since", "30d", "--modified-since", "30d"];
    const words = ["--status", "READY", "--content-to", "10d", "--available-to", "10d", ...since];
    const { code, stderr, objects } = await fileSets("--json", ...words);
    expect({ code, stderr, names: objects().map(({ name }) => name) }).toEqual({
      code: 0,
      stderr: "",
      names: ["Feed-20"],
    });
    const asked = sandbox.requests
      .slice(before)
      .filter(({ place }) => place === "file-sets")
      .map(({ query }) => ["createdSince", "modifiedSince"].map((name) => query.get(name)));
    expect(asked).toHaveLength(2);
    expect(asked[0]).not.toContain(null);
    expect(asked[1]).toEqual(asked[0]);
  });

  it("reports an empty result to people, and prints nothing for scripts", async ({ fileSets }) => {
    const words = ["--name", "nothing"];
    const forPeople = await fileSets(...words);
    expect(forPeople).toMatchObject({ code: 0, stdout: "", stderr: "No file set matches.\n" });
    expect(await fileSets(...words, "--json")).toMatchObject({
      code: 0,
      stdout: "",
      stderr: "",
    });
  });

  it.for<[string, string]>([
    ["--content-from", "soon"],
    ["--content-to", "soon"],
    ["--available-from", "soon"],
    ["--available-to", "soon"],
    ["--created-since", "soon"],
    ["--modified-since", "soon"],
    ["--modified-since", "2026-02-30"],
    ["--modified-since", "7 days"],
  ])(
    "%s %s ends with 2, before anybody signs in",
    async ([option, wrong], { sandbox, fileSets }) => {
      const before = sandbox.requests.length;
      const { code, stdout, stderr } = await fileSets(option, wrong);
      expect({ code, stdout, stderr }).toEqual({
        code: 2,
        stdout: "",
        stderr: `cfs: Reading ${option}: "${wrong}" is neither an ISO 8601 date or time nor a span. Write it as 2026-01-31, 2026-01-31T09:00:00Z, 7d or 36h.\n`,
      });
      expect(sandbox.requests).toHaveLength(before);
    },
  );
});
