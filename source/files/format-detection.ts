import { guessDelimiter } from "../domain/delimited.ts";

/** How many bytes at the start of a file show its packing. */
export const packingBytes = 4;

/** How many unpacked bytes show the format of a text. */
export const sampleBytes = 4096;

export type Packing = "gzip" | "zip" | "plain";

export function packingOf(head: Buffer): Packing {
  if (head.length >= 2 && head.readUInt16BE(0) === 0x1f8b) return "gzip";
  if (head.length < packingBytes) return "plain";
  const mark = head.readUInt32BE(0);
  // An empty zip consists of only the end of its directory.
  return mark === 0x504b0304 || mark === 0x504b0506 ? "zip" : "plain";
}

export type TextFormat =
  | { format: "jsonl" | "text" | "binary" }
  | { format: "csv"; delimiter: string };

/** Detects the format from the first unpacked bytes and the file name. */
export function formatOf(name: string, sample: Buffer): TextFormat {
  if (isBinary(sample)) return { format: "binary" };
  const lines = wholeLines(sample);
  const bare = name.replace(/\.(gz|zip)$/i, "");
  if (isJsonObject(lines[0] ?? "") || (/\.(jsonl|ndjson)$/i.test(bare) && begins(lines))) {
    return { format: "jsonl" };
  }
  if (/\.(tsv|tab)$/i.test(bare)) return { format: "csv", delimiter: "\t" };
  const guessed = guessDelimiter(lines);
  if (/\.(csv|psv)$/i.test(bare)) {
    return { format: "csv", delimiter: guessed ?? guessDelimiter(lines.slice(0, 1)) ?? "," };
  }
  return lines.length > 1 && guessed !== undefined
    ? { format: "csv", delimiter: guessed }
    : { format: "text" };
}

const usual: ReadonlySet<number> = new Set([0x09, 0x0a, 0x0c, 0x0d, 0x1b]);

function isBinary(sample: Buffer): boolean {
  if (sample.includes(0)) return true;
  const unusual = sample.filter((byte) => byte < 32 && !usual.has(byte)).length;
  return unusual > sample.length / 10;
}

/** Lines of the sample, without the last one if it may be cut. */
function wholeLines(sample: Buffer): string[] {
  const lines = sample.subarray(0, sampleBytes).toString("utf8").split(/\r?\n/);
  const whole = sample.length < sampleBytes ? lines : lines.slice(0, Math.max(1, lines.length - 1));
  return whole.filter((line) => line.trim() !== "").slice(0, 10);
}

function begins(lines: readonly string[]): boolean {
  return /^\s*[{[]/.test(lines[0] ?? "");
}

function isJsonObject(line: string): boolean {
  if (!/^\s*\{\s*("|\})/.test(line)) return false;
  // The sample holds only the beginning of a line this long.
  if (line.length > sampleBytes / 2) return true;
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

/** Peeks at least `bytes` bytes, or fewer if `pieces` ends; `all` yields that head, then the rest. */
export async function peekBytes(
  pieces: AsyncGenerator<Buffer>,
  bytes: number,
): Promise<{ head: Buffer; all: AsyncGenerator<Buffer> }> {
  const seen: Buffer[] = [];
  let count = 0;
  while (count < bytes) {
    const { value, done } = await pieces.next();
    if (done) break;
    seen.push(value);
    count += value.length;
  }
  const head = Buffer.concat(seen);
  async function* all(): AsyncGenerator<Buffer> {
    if (head.length > 0) yield head;
    yield* pieces;
  }
  return { head, all: all() };
}
