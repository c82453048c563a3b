import { createHash } from "node:crypto";
import { gunzipSync, inflateRawSync } from "node:zlib";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { type BodyPlan, createBody } from "../../source/sandbox/body/body.ts";
import { crcOf } from "../../source/sandbox/body/crc32.ts";

const plan: BodyPlan = {
  kind: "esg",
  format: "jsonl",
  packing: "gzip",
  bytes: 700_000,
  seed: 7,
  entryName: "scores.csv",
};

const nested = v.object({
  StatementDetails: v.object({ OrganizationId: v.number() }),
  ESGScores: v.object({ ESGCombinedScore: v.object({ Value: v.number() }) }),
});

function bytesOf(wanted: BodyPlan, first = 0, end = wanted.bytes): Buffer {
  return Buffer.concat([...createBody(wanted).pieces(first, end)]);
}

describe("gzip bodies", () => {
  test.each([20, 21, 60, 500, 1_000, 2_500, 20_011, 262_144, 600_001, 2_000_003])(
    "%i bytes are a whole gzip file of exactly that size",
    (bytes) => {
      const whole = bytesOf({ ...plan, bytes });
      expect(whole.length).toBe(bytes);
      const lines = gunzipSync(whole).toString().split("\n").filter(Boolean);
      expect(lines.filter((line) => !Object.hasOwn(JSON.parse(line), "ESGScore"))).toEqual([]);
      if (bytes > 1_000) expect(lines.length).toBeGreaterThan(1);
    },
  );

  test.each([1_500, 2_500, 4_100, 20_011, 300_000])(
    "%i bytes of scores are nested records",
    (bytes) => {
      const whole = bytesOf({ ...plan, kind: "esg-scores", bytes });
      expect(whole.length).toBe(bytes);
      const lines = gunzipSync(whole).toString().trimEnd().split("\n");
      expect(lines.filter((line) => !v.is(nested, JSON.parse(line)))).toEqual([]);
    },
  );

  test("a list of one item is a list", () => {
    const whole = bytesOf({ ...plan, kind: "bond-mapping", bytes: 5_000 });
    const [line = ""] = gunzipSync(whole).toString().split("\n");
    expect(JSON.parse(line).Identifiers).toEqual([{ IdentifierValue: expect.any(String) }]);
  });

  test("a csv begins with its column names and every row has as many cells", () => {
    const text = gunzipSync(bytesOf({ ...plan, format: "csv", kind: "ticks" })).toString();
    const rows = text.trimEnd().split("\n");
    expect(rows[0]).toMatch(/^#RIC,Domain,Date-Time,/);
    expect(rows.filter((row) => row.split(",").length !== 9)).toEqual([]);
  });

  test("every record has a key of its own where its place is its own", () => {
    const text = gunzipSync(bytesOf({ ...plan, bytes: 4_000 })).toString();
    const keys = text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).ObjectId);
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe("zip and plain bodies", () => {
  test.each([2_000, 300_000, 1_500_000])("a zip of %i bytes holds its one entry", (bytes) => {
    const whole = bytesOf({ ...plan, packing: "zip", format: "csv", bytes });
    expect(whole.length).toBe(bytes);
    const end = whole.length - 22;
    expect(whole.toString("latin1", end, end + 4)).toBe("PK\x05\x06");
    const central = whole.readUInt32LE(end + 16);
    expect(whole.toString("latin1", central, central + 4)).toBe("PK\x01\x02");
    expect(whole.toString("latin1", central + 46, central + 56)).toBe("scores.csv");
    const text = inflateRawSync(whole.subarray(40, central));
    expect(text.length).toBe(whole.readUInt32LE(central + 24));
    expect(crcOf(text)).toBe(whole.readUInt32LE(central + 16));
    expect(whole.readUInt32LE(14)).toBe(crcOf(text));
  });

  test.each([1, 300, 5_000, 700_000])("a plain body of %i bytes is text", (bytes) => {
    const whole = bytesOf({ ...plan, packing: "plain", kind: "municipal", format: "csv", bytes });
    expect(whole.length).toBe(bytes);
    expect(whole.toString()).toMatch(/^[\x20-\x7e\n]*$/);
  });
});

describe("pieces", () => {
  test("any range holds the same bytes as the whole", () => {
    const whole = bytesOf(plan);
    for (const [first, end] of [
      [0, 1],
      [5, 40],
      [262_000, 263_000],
      [524_287, 524_900],
      [699_999, 700_000],
    ] as const) {
      expect(bytesOf(plan, first, end).equals(whole.subarray(first, end))).toBe(true);
    }
  });

  test("another seed gives other bytes everywhere, the same seed the same", () => {
    const hash = (wanted: BodyPlan) => createHash("sha256").update(bytesOf(wanted)).digest("hex");
    expect(hash({ ...plan, seed: 7 })).toBe(hash(plan));
    expect(hash({ ...plan, seed: 8 })).not.toBe(hash(plan));
    for (let first = 1_000; first + 262_144 < plan.bytes; first += 100_000) {
      const other = bytesOf({ ...plan, seed: 8 }, first, first + 262_144);
      expect(other.equals(bytesOf(plan, first, first + 262_144))).toBe(false);
    }
  });

  test("the last bytes of 40 GB are there at once", () => {
    const huge = { ...plan, kind: "ticks", format: "csv", bytes: 40e9, seed: 3 } as const;
    expect(bytesOf(huge, huge.bytes - 8)).toHaveLength(8);
    expect(bytesOf(huge, 0, 4).toString("hex")).toBe("1f8b0800");
  });
});
