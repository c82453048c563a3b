import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { fileNameKey } from "../../../source/domain/file-name.ts";
import { type PlannedFile, planLines } from "../../../source/plan/plan.ts";
import { openPlan } from "../../../source/plan/read-plan.ts";
import { assertCount, assertLocalName, onlyAppErrorsOf } from "../oracle.ts";
import type { Target } from "../target.ts";

/* An input is a plan. It gets the id that fits it, because otherwise every change would stop there. */

const file: PlannedFile = {
  fileId: "f1",
  fileSetId: "s1",
  name: "a.csv.gz",
  size: 3,
  md5: "0".repeat(32),
  availableTo: "2026-12-01T00:00:00Z",
};
const url = "https://bucket.s3.amazonaws.com/b?X-Amz-Signature=1";
const other = { ...file, fileId: "f2", name: "a (2).csv.gz", size: null, md5: null, url };
const facts = { filter: { bucket: "bulk-ESG", include: ["*.csv"] }, destination: "/data" };

const { signal } = new AbortController();
const read = (bytes: Buffer | string) => openPlan("-", Readable.from([bytes]), signal);

function sealed(input: Buffer): Buffer {
  const text = input.toString("latin1");
  const id = /"id":"([0-9a-f]{64})"/.exec(text)?.[1];
  if (id === undefined) return input;
  const zeroed = text.replace(id, "0".repeat(64));
  const digest = createHash("sha256").update(zeroed, "latin1").digest("hex");
  return Buffer.from(zeroed.replace("0".repeat(64), digest), "latin1");
}

export const plans: Target = {
  name: "plans",
  sources: ["source/plan/plan.ts", "source/plan/read-plan.ts"],
  seeds: () => [
    [...planLines(facts, [file, other])].join(""),
    [...planLines({ ...facts, addressesExpire: "2026-12-01T00:00:00Z" }, [])].join(""),
  ],
  async run(input) {
    const plan = await onlyAppErrorsOf(read(sealed(input)));
    if (plan === undefined) return;
    for (const { name, size } of plan.files) {
      assertLocalName(name);
      assertCount(size ?? undefined, "a size");
    }
    const keys = new Set(plan.files.map(({ name }) => fileNameKey(name)));
    assert.equal(keys.size, plan.files.length, "two files have one name");
    const again = await read([...planLines(plan.head, plan.files)].join(""));
    assert.deepEqual(again.files, plan.files, "what is written again reads differently");
  },
};
