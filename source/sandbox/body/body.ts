import { mix } from "../model/random.ts";
import { crcOf, joinCrc } from "./crc32.ts";
import { fragmentPool, fragmentSizes } from "./fragments.ts";
import { headerLine, recordShapes } from "./records.ts";
import { fewestFillerBytes, fillerPassage, type Mould, storedBlock } from "./text.ts";
import { type SandboxZipEntry, zipFrameBytes, zipHead, zipTail } from "./zip.ts";

export interface BodyPlan extends Pick<Mould, "kind" | "format"> {
  bytes: number;
  seed: number;
  packing: "gzip" | "zip" | "plain";
  /** Name of the zip's only entry. */
  entryName: string;
}

/** A file's bytes, generated on demand. */
export interface Body {
  bytes: number;
  /** Bytes `first` to `end` (exclusive). The pieces are shared: do not modify them. */
  pieces(first: number, end: number): Generator<Uint8Array>;
}

interface Run {
  start: number;
  size: number;
  count: number;
  /** Number of fragments in earlier runs. */
  before: number;
}

const largestZipBytes = 512 * 1024 * 1024;

/** Without a name or a time. */
const gzipHeader = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff);

/** An empty final deflate block. */
const lastBlock = Uint8Array.of(0x03, 0x00);

/** A valid gzip, zip or text file of exactly `plan.bytes` bytes, generated on demand. */
export function createBody(plan: BodyPlan): Body {
  const mould: Mould = {
    kind: plan.kind,
    format: plan.format,
    deflated: plan.packing !== "plain",
  };
  const pool = fragmentPool(mould);
  const columnNames = Buffer.from(headerLine(recordShapes[plan.kind], plan.format), "latin1");
  const opening = mould.deflated && columnNames.length > 0 ? storedBlock(columnNames) : columnNames;
  const frame = {
    plain: { head: 0, tail: 0 },
    gzip: { head: gzipHeader.length, tail: lastBlock.length + 8 },
    zip: zipFrameBytes(plan.entryName),
  }[plan.packing];
  if (plan.packing === "zip") frame.tail += lastBlock.length;
  const headBytes = frame.head + opening.length;
  const fewestEndBytes = frame.tail + fewestFillerBytes(mould);
  if (plan.bytes < headBytes + fewestEndBytes) return tinyBody(plan);
  if (plan.packing === "zip" && plan.bytes > largestZipBytes) {
    throw new RangeError(`A zip of the sandbox has at most ${largestZipBytes} bytes.`);
  }

  const runs: Run[] = [];
  let endStart = headBytes;
  let fragments = 0;
  for (const size of fragmentSizes) {
    const count = Math.floor((plan.bytes - fewestEndBytes - endStart) / size);
    runs.push({ start: endStart, size, count, before: fragments });
    endStart += count * size;
    fragments += count;
  }
  const filler = () =>
    fillerPassage(mould, mix(plan.seed, 0xf111), plan.bytes - endStart - frame.tail);

  /** Combines the CRCs and lengths of the parts. */
  function textSum(): { crc: number; textBytes: number } {
    let crc = crcOf(columnNames);
    let textBytes = columnNames.length;
    for (const run of runs) {
      for (let index = run.before; index < run.before + run.count; index++) {
        const seed = mix(plan.seed, index);
        const block = pool.block(seed, run.size);
        crc = joinCrc(crcOf(pool.stampText(pool.stamp(seed)), crc), block.crc, block.shift);
        textBytes += pool.stampTextBytes + block.textBytes;
      }
    }
    const { text } = filler();
    return { crc: crcOf(text, crc), textBytes: textBytes + text.length };
  }

  function zipEntry(): SandboxZipEntry {
    const { head, tail } = zipFrameBytes(plan.entryName);
    return { ...textSum(), name: plan.entryName, compressedBytes: plan.bytes - head - tail };
  }

  function makeHead(): Uint8Array {
    if (plan.packing === "plain") return opening;
    return Buffer.concat([plan.packing === "gzip" ? gzipHeader : zipHead(zipEntry()), opening]);
  }

  function makeEnd(): Uint8Array {
    if (plan.packing === "plain") return filler().bytes;
    if (plan.packing === "zip") {
      return Buffer.concat([filler().bytes, lastBlock, zipTail(zipEntry())]);
    }
    const { crc, textBytes } = textSum();
    const trailer = Buffer.alloc(8);
    trailer.writeUInt32LE(crc, 0);
    trailer.writeUInt32LE(textBytes % 2 ** 32, 4);
    return Buffer.concat([filler().bytes, lastBlock, trailer]);
  }

  let head: Uint8Array | undefined;
  let end: Uint8Array | undefined;

  /** The rest of the head, stamp, shared block or end that contains `offset`. */
  function partFrom(offset: number): Uint8Array {
    if (offset < headBytes) {
      head ??= makeHead();
      return head.subarray(offset);
    }
    if (offset >= endStart) {
      end ??= makeEnd();
      return end.subarray(offset - endStart);
    }
    const run = runs.findLast((candidate) => candidate.count > 0 && candidate.start <= offset);
    if (!run) throw new RangeError(`No byte at ${offset}.`);
    const place = Math.floor((offset - run.start) / run.size);
    const within = (offset - run.start) % run.size;
    const seed = mix(plan.seed, run.before + place);
    if (within < pool.stampBytes) return pool.stamp(seed).subarray(within);
    return pool.block(seed, run.size).bytes.subarray(within - pool.stampBytes);
  }

  return {
    bytes: plan.bytes,
    *pieces(first, endOffset) {
      for (let offset = first; offset < endOffset; ) {
        const piece = partFrom(offset).subarray(0, endOffset - offset);
        yield piece;
        offset += piece.length;
      }
    },
  };
}

/** An empty gzip file padded by a long name in its header, or arbitrary bytes. */
function tinyBytes(plan: BodyPlan): Uint8Array {
  const nothing = [gzipHeader, lastBlock, new Uint8Array(8)];
  const nameBytes = plan.bytes - Buffer.concat(nothing).length;
  if (plan.packing !== "gzip" || nameBytes < 0) {
    return Buffer.alloc(plan.bytes, `${mix(plan.seed, 0)} `);
  }
  if (nameBytes === 0) return Buffer.concat(nothing);
  const name = Buffer.alloc(nameBytes, "cfs");
  name[nameBytes - 1] = 0;
  const header = Buffer.from(gzipHeader);
  header[3] = 0x08;
  return Buffer.concat([header, name, lastBlock, new Uint8Array(8)]);
}

/** For sizes without room for a record. */
function tinyBody(plan: BodyPlan): Body {
  const whole = tinyBytes(plan);
  return {
    bytes: whole.length,
    *pieces(first, end) {
      if (first < end) yield whole.subarray(first, end);
    },
  };
}
