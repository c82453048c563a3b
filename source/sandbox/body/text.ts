import type { RecordKind } from "../model/entities.ts";
import { hexOf, mix, type Random, randomFrom } from "../model/random.ts";
import { keyPlaceholder, type LineFormat, recordLine, recordShapes } from "./records.ts";

/** What decides how a body's bytes are made, apart from its seed and size. */
export interface Mould {
  kind: RecordKind;
  format: LineFormat;
  /** False: the lines stand in the file as they are. */
  deflated: boolean;
}

const longestLineBytes = 512;

const storedHeaderBytes = 5;

/** `content` as a deflate block of type "stored": its length, the length's complement, the bytes. */
export function storedBlock(content: Uint8Array): Uint8Array {
  const block = Buffer.alloc(storedHeaderBytes + content.length);
  block.writeUInt16LE(content.length, 1);
  block.writeUInt16LE(~content.length & 0xffff, 3);
  block.set(content, storedHeaderBytes);
  return block;
}

/** Whole lines, at most `limitBytes` of them; every line has its own key. The text is ASCII. */
export function recordLines(mould: Mould, random: Random, limitBytes: number): string {
  const shape = recordShapes[mould.kind];
  const seed = random.below(0xffffffff);
  const lines: string[] = [];
  let bytes = 0;
  for (;;) {
    const key = hexOf(mix(seed, lines.length), keyPlaceholder.length);
    const line = recordLine(shape, mould.format, random).replace(keyPlaceholder, key);
    bytes += line.length;
    if (bytes > limitBytes) return lines.join("");
    lines.push(line);
  }
}

/** Bytes of a file and the text that a reader gets from them. */
export interface Passage {
  bytes: Uint8Array;
  text: Uint8Array;
}

/** Fewest bytes that `fillerPassage` can fill. */
export function fewestFillerBytes(mould: Mould): number {
  const longest = recordShapes[mould.kind].longestLineBytes ?? longestLineBytes;
  return longest + (mould.deflated ? storedHeaderBytes : 0);
}

/**
 * A passage of exactly `bytes` bytes (at most 65,535): whole lines, what is left over given to
 * empty stored blocks and to blanks at the end of the last line.
 */
export function fillerPassage(mould: Mould, seed: number, bytes: number): Passage {
  const random = randomFrom(seed);
  const room = mould.deflated ? bytes - storedHeaderBytes : bytes;
  const lines = recordLines(mould, random, room);
  const left = room - lines.length;
  const emptyBlocks = mould.deflated ? Math.floor(left / storedHeaderBytes) : 0;
  const blanks = left - emptyBlocks * storedHeaderBytes;
  const text = Buffer.from(`${lines.slice(0, -1)}${" ".repeat(blanks)}\n`, "latin1");
  if (!mould.deflated) return { bytes: text, text };
  const empty = Array.from({ length: emptyBlocks }, () => storedBlock(new Uint8Array(0)));
  return { bytes: Buffer.concat([storedBlock(text), ...empty]), text };
}
