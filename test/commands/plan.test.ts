import { readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { namedFaults } from "../../source/sandbox/sandbox.ts";
import { callHere } from "../support/program/call-here.ts";
import { linesOf, planTest } from "./plan-fixture.ts";

const it = planTest.extend("runsHere", true);

describe("cfs plan", () => {
  it("prints the selected files of READY file sets, the oldest set first", async ({
    offer,
    out,
    plan,
  }) => {
    const both = offer("Feed-Delta-2026-01-12", 5, { "b.csv.gz": 2_000, "b.jsonl.gz": 9_000 });
    const b = both.find(({ filename }) => filename === "b.csv.gz");
    const [a] = offer("Feed-Delta-2026-01-11", 30, { "a.csv.gz": 3_000 });
    offer("Feed-Delta-2026-01-13", 1, { "c.csv.gz": 3_000 }, { status: "PENDING" });
    const { head, files } = linesOf(await plan("--format", "csv", "--content-from", "9d"));
    expect(head).toEqual({
      version: 1,
      id: expect.stringMatching(/^[0-9a-f]{64}$/),
      files: 2,
      bytes: 5_000,
      filter: {
        bucket: "bulk-A",
        packageId: expect.any(String),
        package: "Pack-A",
        format: "csv",
        contentFrom: expect.stringMatching(/^\d{4}-.*Z$/),
      },
      destination: out,
    });
    expect(files).toEqual([
      {
        fileId: a?.id,
        fileSetId: a?.filesetId,
        name: "a.csv.gz",
        size: 3_000,
        md5: expect.stringMatching(/^[0-9a-f]{32}$/),
        availableTo: expect.stringMatching(/Z$/),
      },
      expect.objectContaining({ fileId: b?.id, name: "b.csv.gz" }),
    ]);
  });

  it("gives files of one name different names, which stay when a file set follows", async ({
    offer,
    plan,
  }) => {
    const old = offer("Twin-2026-02-01", 50, [
      ["a/same.csv", 10],
      ["a/CON", 10],
    ]);
    const newer = offer("Twin-2026-02-02", 40, [
      ["b/same.csv", 10],
      ["Same.CSV", 10],
    ]);
    const namesById = async () =>
      new Map(linesOf(await plan()).files.map(({ fileId, name }) => [fileId, name]));
    const before = await namesById();
    expect([...old, ...newer].map(({ id }) => before.get(id)).toSorted()).toEqual(
      ["same.csv", "_CON", "same (2).csv", "Same (3).CSV"].toSorted(),
    );
    offer("Twin-2026-02-03", 1, { "same.csv": 10 });
    for (const [id, name] of await namesById())
      if (before.has(id)) expect(name).toBe(before.get(id));
  });

  it("is empty if nothing is selected, and says so", async ({ offer, out, program }) => {
    offer("Feed-Delta-2026-01-12", 5, { "b.csv.gz": 2_000 });
    const call = ["plan", "bulk-A", "--kind", "init", "-o", out];
    const { code, stdout, stderr } = await program.run(call);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: "cfs: No file is selected: the plan is empty.\n",
    });
    expect(linesOf(stdout)).toMatchObject({ head: { files: 0, bytes: 0 }, files: [] });
  });

  it("prints nothing if a listing is short", async ({ offer, out, program, sandbox }) => {
    offer("Feed-2026-01-12", 5, { "b.csv.gz": 2_000 });
    sandbox.faults.add({ on: "files", effect: namedFaults.emptyList() });
    expect(await program.run(["plan", "bulk-A", "-o", out])).toMatchObject({
      code: 5,
      stdout: "",
      stderr:
        "cfs: Listing the files of Feed-2026-01-12: the service reports 1 file but lists 0. A plan needs all files. Try again later.\n",
    });
  });

  it.for<[words: string[], sentence: string]>([
    [[], "Missing: BUCKET and -o. See cfs plan --help."],
    [["bulk-A"], "Missing: -o. See cfs plan --help."],
    [
      ["bulk-A", "-o", "x", "--size-only"],
      "Usage error: --size-only needs --check. See cfs plan --help.",
    ],
    [["bulk-A", "--check", "x"], "Usage error: --check excludes a bucket. See cfs plan --help."],
    [
      ["--check", "x", "--kind", "init"],
      "Usage error: --check excludes --kind. See cfs plan --help.",
    ],
    [
      ["--check", "x", "--with-addresses"],
      "Usage error: --check excludes --with-addresses. See cfs plan --help.",
    ],
    [
      ["--check", "nowhere"],
      "Reading the plan nowhere: the file does not exist. Give the file that cfs plan was written to, or - for standard input.",
    ],
    [
      ["--check", "."],
      "Reading the plan .: it is a folder. Give the file that cfs plan was written to, or - for standard input.",
    ],
  ])("%j is a usage error", async ([words, message]) => {
    await expect(callHere(["plan", ...words])).rejects.toMatchObject({ kind: "usage", message });
  });
});

describe("cfs get --plan", () => {
  it("saves the files under the names of the plan, and skips what is complete", async ({
    expectOnly,
    getPlan,
    offer,
    plan,
  }) => {
    const [a] = offer("Twin-2026-02-01", 50, { "same.csv.gz": 3_000 });
    const [b] = offer("Twin-2026-02-02", 40, { "same.csv.gz": 700_000 });
    if (a === undefined || b === undefined) throw new Error("The catalogue has no files.");
    const text = await plan();
    expect(await getPlan(text)).toMatchObject({ code: 0, stderr: "" });
    await expectOnly({ "same.csv.gz": a, "same (2).csv.gz": b });
    const again = await getPlan(text, "--json");
    expect(again.objects()).toHaveLength(2);
    for (const { status, bytesFetched } of again.objects())
      expect({ status, bytesFetched }).toEqual({ status: "skipped", bytesFetched: 0 });
  });

  it("goes to another folder with -o, and reports without fetching with --dry-run", async ({
    folder,
    getPlan,
    offer,
    out,
    plan,
  }) => {
    offer("Feed-2026-02-01", 50, { "a.csv": 3_000 });
    const text = await plan();
    const other = join(folder, "other");
    expect(await getPlan(text, "-o", other, "--dry-run")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("fetch\t3000\ta.csv"),
    });
    expect(await getPlan(text, "-o", other)).toMatchObject({ stdout: `${join(other, "a.csv")}\n` });
    await expect(readdir(out)).rejects.toThrow();
  });

  it("a changed plan is refused, and nothing is fetched", async ({
    getPlan,
    offer,
    out,
    plan,
    sandbox,
  }) => {
    offer("Feed-2026-02-01", 50, { "a.csv": 3_000, "b.csv": 3_000 });
    const text = await plan();
    const requests = sandbox.requests.length;
    for (const damaged of [text.replace("3000", "3001"), text.slice(0, -5), ""]) {
      expect(await getPlan(damaged)).toMatchObject({
        code: 2,
        stdout: "",
        stderr: expect.stringMatching(/^cfs: Reading the plan on standard input: it.*\.\n$/),
      });
    }
    expect(sandbox.requests).toHaveLength(requests);
    await expect(readdir(out)).rejects.toThrow();
  });

  it.for<[words: string[], sentence: string]>([
    [["--shard", "1/2"], "--shard needs --plan. See cfs get --help."],
    [["--plan", "x", "id"], "--plan excludes ids and names. The plan has the selection."],
    [["--plan", "x", "--latest"], "--plan excludes --latest. The plan has the selection."],
    [["--plan", "x", "--series", "*"], "--plan excludes --series. The plan has the selection."],
  ])("%j is a usage error", async ([words, sentence]) => {
    const message = `Usage error: ${sentence}`;
    await expect(callHere(["get", ...words])).rejects.toMatchObject({ kind: "usage", message });
  });

  it("--shard auto without a scheduler names the variables", async ({ getPlan, offer, plan }) => {
    offer("Feed-2026-02-01", 50, { "a.csv": 3_000 });
    const { code, stderr } = await getPlan(await plan(), "--shard", "auto");
    expect(code).toBe(2);
    expect(stderr).toContain("JOB_COMPLETION_INDEX (Kubernetes), SLURM_ARRAY_TASK_ID (Slurm)");
  });

  it("an empty shard ends with 0", async ({ getPlan, offer, out, plan }) => {
    offer("Feed-2026-02-01", 50, { "a.csv": 3_000 });
    expect(await getPlan(await plan(), "--shard", "2/2")).toMatchObject({
      code: 0,
      stdout: "",
      stderr: "cfs: Shard 2 of 2: 0 of 1 file, 0 B.\n",
    });
    await expect(readdir(out)).rejects.toThrow();
  });
});

it("costs a listing for each 100 files, and then an address for each file", async ({
  asked,
  getPlan,
  offer,
  plan,
}) => {
  const names = Array.from({ length: 115 }, (_, part) => [`part${part}.csv`, 100] as const);
  offer("Feed-2026-02-01", 50, names);
  const text = await plan();
  expect(asked()).toMatchObject({ packages: 1, "file-sets": 1, files: 2 });
  await getPlan(text, "--shard", "1/2");
  await getPlan(text, "--shard", "2/2");
  const { token: _, ...fetched } = asked();
  expect(fetched).toEqual({ stream: 115, objects: 115 });
});

describe("cfs plan --check", () => {
  it("prints the files that the folder lacks, without a request", async ({
    asked,
    check,
    getPlan,
    offer,
    out,
    plan,
  }) => {
    offer("Feed-2026-02-01", 50, { "a.csv": 3_000, "b.csv": 3_000, "c.csv": 3_000 });
    const text = await plan();
    await getPlan(text);
    asked();
    const whole = await check(text);
    expect(whole).toMatchObject({ code: 0, stderr: `cfs: ${out} has all 3 files.\n` });
    expect(linesOf(whole.stdout)).toMatchObject({ head: { files: 0, bytes: 0 }, files: [] });
    await rm(join(out, "a.csv"));
    await writeFile(join(out, "b.csv"), "x".repeat(3_000));
    const lacking = await check(text);
    expect(lacking.stderr).toBe(`cfs: ${out} lacks 2 of 3 files, 6.0 kB.\n`);
    const names = (printed: string) => linesOf(printed).files.map(({ name }) => name);
    expect(names(lacking.stdout)).toEqual(["a.csv", "b.csv"]);
    expect(names((await check(text, "--size-only")).stdout)).toEqual(["a.csv"]);
    expect(asked()).toEqual({});
    expect(await getPlan(lacking.stdout, "--overwrite")).toMatchObject({ code: 0 });
    expect(linesOf((await check(text)).stdout).files).toEqual([]);
  });

  it("looks into another folder with -o, which the smaller plan names", async ({
    check,
    folder,
    offer,
    plan,
  }) => {
    offer("Feed-2026-02-01", 50, { "a.csv": 3_000 });
    const { stdout } = await check(await plan(), "-o", folder);
    expect(linesOf(stdout)).toMatchObject({
      head: { destination: folder },
      files: [{ name: "a.csv" }],
    });
  });
});

describe("--with-addresses", () => {
  it("workers fetch without a sign-in, and the plan is reported as a secret", async ({
    asked,
    folder,
    offer,
    out,
    program,
  }) => {
    offer("Feed-2026-02-01", 50, { "a.csv": 3_000, "b.csv": 700_000 });
    const made = await program.run(["plan", "bulk-A", "-o", out, "--with-addresses"]);
    expect(made.stderr).toMatch(
      /^cfs: The plan has the addresses of 2 files\. Anyone who reads it can download them until \d{4}-.*Z: keep it in a file that only you can read \(umask 077\)\.\ncfs: 2 files, 703 kB, into .*\n$/,
    );
    asked();
    const environment = { ...signedOut, CFS_CONFIG_DIR: join(folder, "nobody") };
    const fetched = await program.run(["get", "--plan", "-"], { input: made.stdout, environment });
    expect(fetched).toMatchObject({ code: 0, stderr: "" });
    const { objects, ...others } = asked();
    expect(objects).toBeGreaterThanOrEqual(2);
    expect(others).toEqual({});
  });

  it("an address that has expired is requested from the service, if the worker can", async ({
    folder,
    getPlan,
    offer,
    out,
    program,
    sandbox,
  }) => {
    offer("Feed-2026-02-01", 50, { "a.csv": 3_000 });
    const made = await program.run(["plan", "bulk-A", "-o", out, "--with-addresses"]);
    sandbox.expireUrls();
    const environment = { ...signedOut, CFS_CONFIG_DIR: join(folder, "nobody") };
    const refused = await program.run(["get", "--plan", "-"], { input: made.stdout, environment });
    expect(refused).toMatchObject({
      code: 3,
      stderr: expect.stringContaining(
        "the one in the plan has expired or was refused, and another needs a session",
      ),
    });
    expect(await getPlan(made.stdout)).toMatchObject({ code: 0 });
  });
});

/** Variables without credentials. */
const signedOut = { RDP_USERNAME: "", RDP_PASSWORD: "", RDP_APP_KEY: "" };
