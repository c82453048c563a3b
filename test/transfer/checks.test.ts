import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { createCheck } from "../../source/transfer/verify/checks.ts";

async function checked(...chunks: readonly Buffer[]): Promise<string | undefined> {
  const check = createCheck("gzip");
  for (const chunk of chunks) await check.update(chunk);
  const wrong = await check.end();
  check.drop();
  return wrong;
}

it("judges bytes after the padding of a gzip file alike, wherever the stream was split", async () => {
  const member = gzipSync("rows");
  const file = Buffer.concat([member, Buffer.alloc(5), Buffer.from("more")]);
  const verdicts = new Set<string | undefined>();
  for (let at = member.length; at < file.length; at += 1)
    verdicts.add(await checked(file.subarray(0, at), file.subarray(at)));
  expect([...verdicts]).toEqual([undefined]);
});

it("finds damage in a later member, wherever the stream was split", async () => {
  const member = gzipSync("rows");
  const damaged = Buffer.from(member).fill(7, 12, 14);
  const file = Buffer.concat([member, damaged]);
  for (let at = 1; at < file.length; at += 1)
    expect(await checked(file.subarray(0, at), file.subarray(at))).toMatch(/damaged/);
});
