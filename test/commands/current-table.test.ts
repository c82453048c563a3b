import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { waitUntil } from "../support/wait-until.ts";
import { tableTest as it } from "./table-fixture.ts";

const byId = ["--key", "Id", "-o", "current.csv", "--quiet"];

const chain = {
  "Feed-Init-2026-11-01.csv.gz": "Id,V 1,a 2,b",
  "Feed-Delta-2026-11-02.csv.gz": "Id,V 2,c 3,d",
};

describe("a folder that cfs get filled", () => {
  it("keeps the last record of each key", async ({ put, recordsOf, table }) => {
    await put({ ...chain, "Feed-Delta-2026-11-10.csv.gz": "Id,V 3,e" });
    expect(await table(...byId)).toMatchObject({ code: 0, stdout: "" });
    expect(await recordsOf("current.csv")).toEqual(["1,a", "2,c", "3,e"]);
  });

  it("leaves out what is older than the newest Init", async ({ put, recordsOf, table }) => {
    await put({
      ...chain,
      "Feed-Init-2026-11-08-part2.csv.gz": "Id,V 7,g",
      "Feed-Init-2026-11-08-part10.csv.gz": "Id,V 8,h",
      "Feed-Delta-2026-11-09.csv.gz": "Id,V 8,i",
      "notes.txt": "Id,V 9,x",
    });
    expect(await table(...byId)).toMatchObject({ code: 0 });
    expect(await recordsOf("current.csv")).toEqual(["7,g", "8,i"]);
  });

  it("says that gaps could not be checked", async ({ put, table }) => {
    await put(chain);
    const { stderr } = await table(...byId);
    expect(stderr).toBe(
      "cfs: 1 Delta could not be checked for gaps: only cfs sync records content times.\n",
    );
  });

  it("reads a file once that was also unpacked", async ({ calls, put, table }) => {
    await put({ ...chain, "Feed-Init-2026-11-01.csv": "Id,V 1,a 2,b" });
    expect(await table(...byId)).toMatchObject({ code: 0 });
    const [{ sql } = { sql: "" }] = await calls();
    expect(sql).toContain("['./Feed-Init-2026-11-01.csv.gz', './Feed-Delta-2026-11-02.csv.gz']");
  });

  it("refuses a download that is not complete with 6", async ({ put, table }) => {
    await put({ ...chain, "Feed-Init-2026-11-01-part2.csv.gz.part": "" });
    const { code, stderr } = await table(...byId);
    expect({ code, stderr }).toEqual({
      code: 6,
      stderr: expect.stringContaining("Feed-Init-2026-11-01-part2.csv is not complete"),
    });
  });

  it("refuses zip files and says how to unpack them", async ({ put, table }) => {
    await put({ "Feed-Init-2026-11-01.zip": "" });
    const { code, stderr } = await table(...byId);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining("--unpack") });
  });

  it("refuses several series, and --series chooses", async ({ put, recordsOf, table }) => {
    await put({ ...chain, "Other-Init-2026-11-01.jsonl": '{"Id":1}\n' });
    const { code, stderr } = await table(...byId);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining("Choose with --series: Feed-csv, Other-jsonl."),
    });
    expect(await table(...byId, "--series", "feed*")).toMatchObject({ code: 0 });
    expect(await recordsOf("current.csv")).toEqual(["1,a", "2,c", "3,d"]);
  });

  it("refuses Deltas without an Init with 6", async ({ put, table }) => {
    await put({ "Feed-Delta-2026-11-02.csv": "Id,V 2,c" });
    const { code, stderr } = await table(...byId);
    expect({ code, stderr }).toEqual({
      code: 6,
      stderr: expect.stringContaining("the Init is missing"),
    });
    expect(await table(...byId, "--allow-gap")).toMatchObject({ code: 0 });
  });

  it("an empty folder is a usage error", async ({ put, table }) => {
    await put({});
    expect(await table(...byId)).toMatchObject({ code: 2 });
  });
});

describe("the key", () => {
  it("must be given for a series without a known one", async ({ put, table }) => {
    await put(chain);
    const { code, stderr } = await table("-o", "current.parquet", "--quiet");
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining("with --key. Its columns: Id, V."),
    });
  });

  it("is refused with the columns that exist", async ({ put, table }) => {
    await put(chain);
    const { code, stderr } = await table("-o", "current.parquet", "--key", "Id,Date");
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining(
        "no column Date. Choose the key with --key. Its columns: Id, V.",
      ),
    });
  });

  it("is known for ESG scores", async ({ folder, put, table }) => {
    const line = (id: number, end: string, score: number) =>
      `${JSON.stringify({ StatementDetails: { OrganizationId: id, FinancialPeriodEndDate: end }, score })}\n`;
    await put({
      "Bulk-ESG-Global-Scores-Full-v1-Init-2026-11-01.jsonl": `${line(1, "2024-12-31", 5)}${line(1, "2025-12-31", 6)}`,
      "Bulk-ESG-Global-Scores-Full-v1-Delta-2026-11-08.jsonl": line(1, "2025-12-31", 7),
    });
    const { code, objects } = await table("-o", "esg.jsonl", "--json");
    expect({ code, objects: objects() }).toEqual({
      code: 0,
      objects: [
        {
          path: join(folder, "esg.jsonl"),
          series: "Bulk-ESG-Global-Scores-Full-v1-jsonl",
          key: ["StatementDetails.OrganizationId", "StatementDetails.FinancialPeriodEndDate"],
          init: "Bulk-ESG-Global-Scores-Full-v1-Init-2026-11-01.jsonl",
          deltas: ["Bulk-ESG-Global-Scores-Full-v1-Delta-2026-11-08.jsonl"],
          gaps: [],
          records: 2,
          repeated: 0,
          size: expect.any(Number),
        },
      ],
    });
    const kept = (await readFile(join(folder, "esg.jsonl"), "utf8")).trimEnd().split("\n");
    expect(kept.map((text) => JSON.parse(text))).toMatchObject([{ score: 5 }, { score: 7 }]);
  });

  it("must have a value in every record", async ({ folder, put, table }) => {
    await put({ "Feed-Init-2026-11-01.csv": "Id,V 1,a ,b" });
    const { code, stderr } = await table(...byId);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining("1 record has no value in column Id"),
    });
    expect(await readdir(folder)).not.toContain("current.csv");
  });
});

describe("a synced folder", () => {
  const hours = (from: number, to: number) => ({
    contentFromMs: Date.now() - from * 3_600_000,
    contentToMs: Date.now() - to * 3_600_000,
  });
  const esg = ["--key", "ObjectId", "-o", "current.parquet", "--quiet"];

  it("is read in the order of content", async ({ calls, offer, sync, table }) => {
    offer("Feed-Delta-2026-11-03", 1, ["b.csv.gz"], hours(20, 1));
    offer("Feed-Init-2026-11-01", 90, ["old.csv.gz"], { contentFromMs: 0 });
    offer("Feed-Init-2026-11-02", 40, ["init.csv.gz"], { contentFromMs: 0 });
    offer("Feed-Delta-2026-11-02", 20, ["a.csv.gz"], hours(40, 20));
    expect(await sync()).toMatchObject({ code: 0 });
    expect(await table(...esg)).toMatchObject({ code: 0, stderr: "" });
    const { sql } = (await calls()).at(-1) ?? { sql: "" };
    expect(sql).toContain("['./init.csv.gz', './a.csv.gz', './b.csv.gz']");
  });

  it("with a gap in the chain ends with 6 unless gaps are allowed", async ({
    calls,
    offer,
    sync,
    table,
  }) => {
    offer("Feed-Init-2026-11-01", 90, ["init.csv.gz"], { contentFromMs: 0 });
    offer("Feed-Delta-2026-11-03", 20, ["late.csv.gz"], hours(40, 20));
    expect(await sync()).toMatchObject({ code: 0 });
    const refused = await table(...esg);
    expect(refused).toMatchObject({ code: 6 });
    expect(refused.stderr).toContain("Feed has a gap: 2 days missing");
    const allowed = await table(...esg, "--allow-gap");
    expect(allowed).toMatchObject({ code: 0, stderr: expect.stringContaining("gap: 2 days") });
    const { sql } = (await calls()).at(-1) ?? { sql: "" };
    expect(sql).toContain("['./init.csv.gz', './late.csv.gz']");
  });

  it("with a file missing ends with 6", async ({ offer, out, sync, table }) => {
    offer("Feed-Init-2026-11-01", 90, ["a.csv.gz", "b.csv.gz"], { contentFromMs: 0 });
    expect(await sync()).toMatchObject({ code: 0 });
    await rm(join(out, "b.csv.gz"));
    const { code, stderr } = await table(...esg);
    expect({ code, stderr }).toEqual({
      code: 6,
      stderr: expect.stringContaining("b.csv.gz is missing"),
    });
  });
});

describe("the file", () => {
  it("is not replaced if duckdb fails", async ({ environment, folder, out, program, put }) => {
    await put(chain);
    await writeFile(join(folder, "current.csv"), "old");
    const failing = { ...environment, STUB_FAIL: "Invalid Input Error: line 7" };
    const { code, stderr } = await program.run(["table", out, ...byId], { environment: failing });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining("duckdb: Invalid Input Error: line 7"),
    });
    expect(await readFile(join(folder, "current.csv"), "utf8")).toBe("old");
    expect((await readdir(folder)).filter((name) => name.startsWith("."))).toEqual([]);
  });

  it.for(["SIGTERM", "SIGKILL"] as const)(
    "is not replaced after %s",
    async (signal, { environment, folder, out, program, put, recordsOf, table }) => {
      await put(chain);
      await writeFile(join(folder, "current.csv"), "old");
      const hanging = { ...environment, STUB_HANG: join(folder, "pid") };
      const running = program.start(["table", out, ...byId], { environment: hanging });
      const pidOf = () => readFile(join(folder, "pid"), "utf8").catch(() => "");
      await waitUntil(pidOf, "the start of duckdb");
      const pid = Number(await pidOf());
      running.kill(signal);
      await running.ended;
      expect(await readFile(join(folder, "current.csv"), "utf8")).toBe("old");
      if (signal === "SIGKILL") process.kill(pid);
      else expect(() => process.kill(pid, 0)).toThrow();
      expect(await table(...byId)).toMatchObject({ code: 0 });
      expect(await recordsOf("current.csv")).toEqual(["1,a", "2,c", "3,d"]);
      expect((await readdir(folder)).filter((name) => name.startsWith("."))).toEqual([]);
    },
  );

  it("must end with a known format", async ({ put, table }) => {
    await put(chain);
    const { code, stderr } = await table("--key", "Id", "-o", "current.xlsx");
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(".parquet") });
  });

  it("is not one of the files to read", async ({ out, put, table }) => {
    await put({ "Feed-Init-2026-11-01.csv": "Id,V 1,a" });
    const target = join(out, "Feed-Init-2026-11-01.csv");
    const { code, stderr } = await table("--key", "Id", "-o", target);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining("one of the files to read"),
    });
  });
});

describe("duckdb", () => {
  it("is needed, and a sentence says where to get it", async ({ folder, out, program, put }) => {
    await put(chain);
    const environment = { PATH: join(folder, "nowhere") };
    const { code, stderr } = await program.run(["table", out, ...byId], { environment });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining("duckdb is not in PATH. Install it (https://duckdb.org/"),
    });
  });

  it("gets no credentials, and not the user's start file", async ({ calls, out, put, table }) => {
    await put(chain);
    expect(await table(...byId)).toMatchObject({ code: 0 });
    for (const { directory, variables, words } of await calls()) {
      expect(variables.filter((name) => /^(RDP|CFS)_/.test(name))).toEqual([]);
      expect(words).toContain("-init");
      expect(directory).toBe(out);
    }
  });
});
