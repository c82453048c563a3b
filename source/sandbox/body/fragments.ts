import { constants, deflateRawSync } from "node:zlib";
import { hexOf, mix, randomFrom, seedOf } from "../model/random.ts";
import { type CrcShift, crcOf, crcShift } from "./crc32.ts";
import { keyPlaceholder, recordLine, recordShapes } from "./records.ts";
import { fewestFillerBytes, fillerPassage, lineSource, type Mould, storedBlock } from "./text.ts";

// A fragment is a unique stamp and a block from a small shared pool: no two places hold the same
// bytes, so a misplaced piece breaks the checksum, and memory stays at a few megabytes.

/** A body takes as many of the largest fragments as fit, then of the next size. */
export const fragmentSizes = [256 * 1024, 16 * 1024, 2 * 1024] as const;

const variants = 8;

interface SharedBlock {
  bytes: Uint8Array;
  textBytes: number;
  crc: number;
  shift: CrcShift;
}

/** One encoded record, with a placeholder for its key. */
interface Stamp {
  bytes: Uint8Array;
  keyAt: number;
  /** The start of the text, after the block's header if any. */
  textAt: number;
}

export interface FragmentPool {
  stampBytes: number;
  stampTextBytes: number;
  /** Unique for each seed. */
  stamp(seed: number): Uint8Array;
  stampText(stamp: Uint8Array): Uint8Array;
  /** The block after the stamp of `seed`, in a fragment of `size` bytes. */
  block(seed: number, size: number): SharedBlock;
}

function stampOf(mould: Mould): Stamp {
  const line = recordLine(recordShapes[mould.kind], mould.format, randomFrom(seedOf(mould.kind)));
  const text = Buffer.from(line, "latin1");
  const bytes = mould.deflated ? storedBlock(text) : text;
  const textAt = bytes.length - text.length;
  return { bytes, textAt, keyAt: textAt + text.indexOf(keyPlaceholder) };
}

function sharedBlock(bytes: Uint8Array, texts: readonly Uint8Array[]): SharedBlock {
  const textBytes = texts.reduce((sum, text) => sum + text.length, 0);
  const crc = texts.reduce((before, text) => crcOf(text, before), 0);
  return { bytes, textBytes, crc, shift: crcShift(textBytes) };
}

function deflatedBlock(mould: Mould, seed: number, size: number): SharedBlock {
  const fewest = fewestFillerBytes(mould);
  const most = Math.max(fewest * 2, Math.min(60_000, size / 4));
  const goal = size - (fewest + most) / 2;
  const lines = lineSource(mould, randomFrom(seed));
  let textBytes = goal * 3;
  for (;;) {
    const text = Buffer.from(lines(textBytes), "latin1");
    const start = deflateRawSync(text, { level: 5, finishFlush: constants.Z_SYNC_FLUSH });
    const room = size - start.length;
    if (room >= fewest && room <= most) {
      const filler = fillerPassage(mould, mix(seed, 1), room);
      return sharedBlock(Buffer.concat([start, filler.bytes]), [text, filler.text]);
    }
    textBytes = (textBytes * goal) / start.length;
  }
}

function plainBlock(mould: Mould, seed: number, size: number): SharedBlock {
  const start = Buffer.from(
    lineSource(mould, randomFrom(seed))(size - fewestFillerBytes(mould)),
    "latin1",
  );
  const filler = fillerPassage(mould, mix(seed, 1), size - start.length);
  return sharedBlock(Buffer.concat([start, filler.bytes]), [start, filler.text]);
}

function createPool(mould: Mould): FragmentPool {
  const template = stampOf(mould);
  const poolSeed = seedOf(`${mould.kind} ${mould.format} ${mould.deflated}`);
  const blocks = new Map<string, SharedBlock>();
  return {
    stampBytes: template.bytes.length,
    stampTextBytes: template.bytes.length - template.textAt,
    stamp(seed) {
      const bytes = Buffer.from(template.bytes);
      bytes.write(hexOf(seed, keyPlaceholder.length), template.keyAt, "latin1");
      return bytes;
    },
    stampText: (stamp) => stamp.subarray(template.textAt),
    block(seed, size) {
      const variant = seed % variants;
      const key = `${size} ${variant}`;
      const known = blocks.get(key);
      if (known) return known;
      const make = mould.deflated ? deflatedBlock : plainBlock;
      const made = make(mould, mix(poolSeed, variant), size - template.bytes.length);
      blocks.set(key, made);
      return made;
    },
  };
}

const pools = new Map<string, FragmentPool>();

/** Pools and their blocks are cached. */
export function fragmentPool(mould: Mould): FragmentPool {
  const key = `${mould.kind} ${mould.format} ${mould.deflated}`;
  const known = pools.get(key);
  if (known) return known;
  const made = createPool(mould);
  pools.set(key, made);
  return made;
}
