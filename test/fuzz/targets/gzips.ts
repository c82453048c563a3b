import assert from "node:assert/strict";
import { gunzipSync, gzipSync } from "node:zlib";
import { inflate } from "../../../source/preview/inflate.ts";
import { createCheck, isNamelessGzip } from "../../../source/transfer/verify/checks.ts";
import { assertSafe, onlyAppErrorsOf } from "../oracle.ts";
import type { Target } from "../target.ts";

/* An input is a gzip file with one or more members. */

const mostOutputBytes = 8 * 1024 * 1024;

/** Undefined if Node cannot unpack it in one call. */
function unpackedAtOnce(input: Buffer): Buffer | undefined {
  try {
    return gunzipSync(input, { maxOutputLength: mostOutputBytes });
  } catch {
    return undefined;
  }
}

async function checked(pieces: readonly Buffer[]): Promise<string | undefined> {
  const check = createCheck("gzip");
  for (const piece of pieces) await check.update(piece);
  const wrong = await check.end();
  check.drop();
  return wrong;
}

async function inflated(pieces: readonly Buffer[]): Promise<Buffer> {
  async function* packed() {
    yield* pieces;
  }
  const unpacked: Buffer[] = [];
  for await (const piece of inflate(packed(), "gzip", "a.csv.gz")) unpacked.push(piece);
  return Buffer.concat(unpacked);
}

function halves(input: Buffer): Buffer[] {
  const middle = (input.at(-1) ?? 0) % (input.length + 1);
  return [input.subarray(0, middle), input.subarray(middle)].filter(({ length }) => length > 0);
}

export const gzips: Target = {
  name: "gzips",
  isSlow: true,
  sources: ["source/transfer/verify/checks.ts"],
  seeds: () => {
    const one = gzipSync("id,name\n1,a\n2,b\n");
    const named = Buffer.from(one);
    named[3] = 8;
    return [
      one,
      Buffer.concat([one, gzipSync("more\n")]),
      Buffer.concat([named.subarray(0, 10), Buffer.from("name\0"), named.subarray(10)]),
      gzipSync(Buffer.alloc(50_000)),
      gzipSync(""),
      Buffer.concat([one, Buffer.alloc(20)]),
    ];
  },
  async run(input) {
    const pieces = halves(input);
    const unpacked = unpackedAtOnce(input);
    const wrong = await checked(pieces);
    if (wrong !== undefined) assertSafe(wrong, "a finding");
    assert.equal(wrong === undefined, unpacked !== undefined, `the check says ${wrong}`);
    isNamelessGzip("a", input);
    const preview = await onlyAppErrorsOf(inflated(pieces));
    if (unpacked !== undefined && preview !== undefined)
      assert.ok(preview.equals(unpacked), "the preview shows other bytes");
  },
};
