import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { chanceFrom } from "../world/chance.ts";

const masterBytes = 6 * 1024 * 1024;

/** All contents are views of the same bytes, so that a world needs no additional memory. */
const master = makeMaster();

function makeMaster(): Buffer {
  const bytes = Buffer.alloc(masterBytes);
  let state = 0x2545f491;
  for (let at = 0; at < masterBytes; at += 4) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes.writeInt32LE(state, at);
  }
  return bytes;
}

export function contentAt(offset: number, bytes: number): Buffer {
  return master.subarray(offset, offset + bytes);
}

const packed = new Map<number, Buffer>();

/** A gzip file, selected by `which`. */
export function packedContent(which: number): Buffer {
  const known = packed.get(which);
  if (known !== undefined) return known;
  const text = chanceFrom(which, 0);
  const lines = Array.from({ length: 2_000 }, (_, line) => `${line},${text.below(1_000)}\n`);
  // The first line makes it large enough for a part file even after compression.
  const made = gzipSync(
    Buffer.concat([Buffer.from(lines.join("")), contentAt(which, which % 2 === 0 ? 300_000 : 0)]),
    { level: 1 },
  );
  packed.set(which, made);
  return made;
}

const digests = new Map<string, string>();

/** The md5 of a content, cached. */
export function md5Of(content: Buffer): string {
  const key = `${content.buffer === master.buffer}:${content.byteOffset}:${content.length}`;
  const known = digests.get(key);
  if (known !== undefined) return known;
  const digest = createHash("md5").update(content).digest("hex");
  if (content.buffer === master.buffer) digests.set(key, digest);
  return digest;
}
