import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type PlannedFile, planLines } from "../../source/plan/plan.ts";
import { readPlan } from "../../source/plan/read-plan.ts";

const facts = { filter: { bucket: "bulk-A", include: ["*.csv"] }, destination: "/data" };

function fileNamed(name: string, more: Partial<PlannedFile> = {}): PlannedFile {
  return {
    fileId: `id-${name}`,
    fileSetId: "set",
    name,
    size: 3,
    md5: null,
    availableTo: null,
    ...more,
  };
}

const files = [
  fileNamed("a.csv", { md5: "0".repeat(32), availableTo: "2026-12-01T00:00:00Z" }),
  fileNamed("é.csv", { size: null }),
  fileNamed("c.csv", { url: "https://bucket.s3.amazonaws.com/c?X-Amz-Signature=1" }),
];
const text = (of: readonly PlannedFile[] = files) => [...planLines(facts, of)].join("");

async function* inPieces(bytes: Buffer, length: number) {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

const read = (plan: string, length = 1_000) => readPlan(inPieces(Buffer.from(plan), length));

describe("a plan", () => {
  it("is read as it was written, however it arrives", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 400 }), async (length) => {
        const { head, files: found } = await read(text(), length);
        expect(head).toMatchObject({ version: 1, files: 3, bytes: 6, ...facts });
        expect(found).toEqual(files);
      }),
      { numRuns: 30 },
    );
  });

  it("may have no files", async () => {
    expect((await read(text([]))).files).toEqual([]);
  });

  it("has the same id whenever it is made, and one that other programs can check", () => {
    expect(text()).toBe(text());
    const { id } = JSON.parse(text().split("\n")[0] ?? "");
    const zeroed = text().replace(id, "0".repeat(64));
    expect(createHash("sha256").update(zeroed).digest("hex")).toBe(id);
  });
});

const lines = text().split(/(?<=\n)/);
const without = (index: number) => lines.filter((_, at) => at !== index).join("");

/** A plan whose id fits the changed text. */
function resealed(change: (plan: string) => string): string {
  const { id } = JSON.parse(lines[0] ?? "");
  const zeros = "0".repeat(64);
  const changed = change(text()).replace(id, zeros);
  return changed.replace(zeros, createHash("sha256").update(changed).digest("hex"));
}

describe("a damaged plan is refused", () => {
  it.each<[damage: string, plan: string, sentence: string]>([
    ["empty", "", "it is empty"],
    ["not a plan", '{"fileId":"x"}\n', "its first line is not that of a plan"],
    ["text", "hello\n", "its first line is not that of a plan"],
    ["binary", "\u0000".repeat(100_000), "a line of it is too long"],
    [
      "of another version",
      text().replace('"version":1', '"version":2'),
      "it has version 2, and this cfs reads version 1",
    ],
    ["without a file", without(2), "it ends after 2 of 3 files"],
    ["without its first line", without(0), "its first line is not that of a plan"],
    ["cut in a line", text().slice(0, -10), "its last line is cut off"],
    ["cut in its first line", text().slice(0, 40), "its first line is not that of a plan"],
    ["with a file twice", text() + lines[1], "line 5 has the same name as line 2"],
    [
      "with another size",
      text().replace('"size":3', '"size":4'),
      "its content does not match its id",
    ],
    [
      "with another destination",
      text().replace('"/data"', '"/home"'),
      "its content does not match its id",
    ],
    [
      "with lines in another order",
      [lines[0], lines[2], lines[1], lines[3]].join(""),
      "its content does not match its id",
    ],
    ["with ends of Windows", text().replaceAll("\n", "\r\n"), "its content does not match its id"],
    [
      "with a name that hides or reorders text",
      resealed((plan) => plan.replace('"name":"a.csv"', '"name":"a\u202e.csv"')),
      "line 2 has a name that is not safe",
    ],
    [
      "with a name out of the folder",
      resealed((plan) => plan.replace('"name":"a.csv"', '"name":"../a.csv"')),
      "line 2 has a name that is not safe",
    ],
    [
      "with an address of another kind",
      resealed((plan) => plan.replace("https:", "file:")),
      "line 4 has a url that is not allowed",
    ],
    [
      "without an id of a file",
      resealed((plan) => plan.replace('"fileId":"id-a.csv",', "")),
      "line 2 has no fileId",
    ],
    [
      "with a line that is no file",
      resealed((plan) => plan.replace(lines[1] ?? "", "7\n")),
      "line 2 is not a file of a plan",
    ],
  ])("%s", async (_, plan, sentence) => {
    await expect(read(plan)).rejects.toThrow(sentence);
  });
});
