import assert from "node:assert/strict";
import { readRetryAfter } from "../../../source/network/error-body.ts";
import { readObjectHead } from "../../../source/network/object-store.ts";
import { identify } from "../../../source/objects/read-object.ts";
import { assertCount } from "../oracle.ts";
import type { Target } from "../target.ts";

/* An input is a status line and header lines. */

const dayMs = 24 * 3_600_000;
const nowMs = Date.UTC(2026, 0, 1);

function headersIn(lines: readonly string[]): Map<string, string> {
  const pairs = lines.map((line): [string, string] => {
    const split = line.indexOf(": ");
    return [line.slice(0, Math.max(0, split)).toLowerCase(), line.slice(split + 2)];
  });
  return new Map(pairs);
}

export const headers: Target = {
  name: "headers",
  sources: ["source/network/object-store.ts", "source/network/error-body.ts"],
  seeds: () => [
    '206\nContent-Range: bytes 0-99/100\nETag: "abc"',
    '206\nContent-Range: bytes 100-199/*\nETag: W/"abc"',
    "200\nContent-Length: 100\nTransfer-Encoding: chunked",
    "503\nRetry-After: 120",
    "503\nRetry-After: Thu, 01 Jan 2026 00:01:00 GMT",
  ],
  run(input) {
    const [status = "", ...lines] = input.toString("latin1").split("\n");
    const headers = headersIn(lines);
    const pauseMs = readRetryAfter(headers.get("retry-after"), nowMs);
    assert.ok(pauseMs === undefined || (pauseMs >= 0 && pauseMs <= dayMs), `waits ${pauseMs} ms`);
    const head = readObjectHead(status === "200" ? 200 : 206, (name) => headers.get(name));
    if (head === undefined) return;
    const { first, objectBytes } = head;
    assertCount(first, "the beginning of a part");
    assertCount(objectBytes, "the size of an object");
    assert.ok(
      first === 0 || first < (objectBytes ?? Number.POSITIVE_INFINITY),
      "a part lies outside",
    );
    for (const bytes of [undefined, 100, objectBytes]) {
      const confirmed = identify({ kind: "listed", bytes }, head);
      if (confirmed.kind !== "confirmed") continue;
      assert.deepEqual(identify(confirmed, head), confirmed, "an object differs from itself");
    }
  },
};
