import type { RecordKind } from "../model/entities.ts";
import { hexOf, mix, type Random, randomFrom } from "../model/random.ts";
import { keyPlaceholder, type LineFormat, recordLine, recordShapes } from "./records.ts";

/** Everything that a body depends on, apart from its seed and size. */
export interface Mould {
  kind: RecordKind;
  format: LineFormat;
  /** False for plain text. */
  deflated: boolean;
}

const longestLineBytes = 512;

const storedHeaderBytes = 5;

/** `content` as a deflate block of type "stored". */
export function storedBlock(content: Uint8Array): Uint8Array {
  const block = Buffer.alloc(storedHeaderBytes + content.length);
  block.writeUInt16LE(content.length, 1);
  block.writeUInt16LE(~content.length & 0xffff, 3);
  block.set(content, storedHeaderBytes);
  return block;
}

/** Returns at most `limitBytes` of whole ASCII lines, each with its own key; for any limit the same lines. */
export function lineSource(mould: Mould, random: Random): (limitBytes: number) => string {
  const shape = recordShapes[mould.kind];
  const seed = random.below(0xffffffff);
  const lines: string[] = [];
  let made = 0;
  return (limitBytes) => {
    while (made <= limitBytes) {
      const key = hexOf(mix(seed, lines.length), keyPlaceholder.length);
      const line = recordLine(shape, mould.format, random).replace(keyPlaceholder, key);
      lines.push(line);
      made += line.length;
    }
    let count = lines.length;
    for (let bytes = made; bytes > limitBytes && count > 0; ) {
      count -= 1;
      bytes -= lines[count]?.length ?? 0;
    }
    return lines.slice(0, count).join("");
  };
}

/** Bytes of a file and the text that they decompress to. */
export interface Passage {
  bytes: Uint8Array;
  text: Uint8Array;
}

/** The minimum for `fillerPassage`. */
export function fewestFillerBytes(mould: Mould): number {
  const longest = recordShapes[mould.kind].longestLineBytes ?? longestLineBytes;
  return longest + (mould.deflated ? storedHeaderBytes : 0);
}

/** Exactly `bytes` bytes (at most 65,535): whole lines, padded by empty blocks and blanks. */
export function fillerPassage(mould: Mould, seed: number, bytes: number): Passage {
  const random = randomFrom(seed);
  const room = mould.deflated ? bytes - storedHeaderBytes : bytes;
  const lines = lineSource(mould, random)(room);
  const padding = room - lines.length;
  const emptyBlocks = mould.deflated ? Math.floor(padding / storedHeaderBytes) : 0;
  const blanks = padding - emptyBlocks * storedHeaderBytes;
  const text = Buffer.from(`${lines.slice(0, -1)}${" ".repeat(blanks)}\n`, "latin1");
  if (!mould.deflated) return { bytes: text, text };
  const empty = Array.from({ length: emptyBlocks }, () => storedBlock(new Uint8Array(0)));
  return { bytes: Buffer.concat([storedBlock(text), ...empty]), text };
}
