import { createHash } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { SandboxFile } from "../model/entities.ts";
import { hexOf, mix, seedOf } from "../model/random.ts";
import { type Body, type BodyPlan, createBody } from "./body.ts";

const multipartBytes = 8 * 1024 * 1024;
const turnBytes = 1024 * 1024;

/** Larger objects are uploaded in parts, so their ETag is not an MD5. */
export const singlePartBytes = 16 * 1024 * 1024;

function packingOf(filename: string): Pick<BodyPlan, "packing" | "format"> {
  if (/\.zip$/i.test(filename)) return { packing: "zip", format: "csv" };
  if (!/\.gz$/i.test(filename)) return { packing: "plain", format: "csv" };
  return { packing: "gzip", format: /\.csv\.gz$/i.test(filename) ? "csv" : "jsonl" };
}

interface KnownBody {
  key: string;
  body: Body;
  digests: Map<string, Promise<string>>;
}

const known = new WeakMap<SandboxFile, KnownBody>();

function bodyKept(file: SandboxFile): KnownBody {
  const key = `${file.bytes} ${file.kind} ${file.seed} ${file.version} ${file.filename}`;
  const kept = known.get(file);
  if (kept?.key === key) return kept;
  const base = file.filename.split("/").at(-1) ?? file.filename;
  const body = createBody({
    ...packingOf(file.filename),
    kind: file.kind,
    bytes: file.bytes,
    seed: mix(file.seed, file.version),
    entryName: `${base.replace(/[^\w.-]/g, "_").replace(/\.zip$/i, "")}.csv`,
  });
  const made = { key, body, digests: new Map() };
  known.set(file, made);
  return made;
}

/** Gzip, zip or text, by the file's extension. */
export function bodyOf(file: SandboxFile): Body {
  return bodyKept(file).body;
}

/** `first` and `last` are inclusive, as in a Range header. */
export function fileBytes(file: SandboxFile, first = 0, last = file.bytes - 1): Uint8Array {
  return Buffer.concat([...bodyOf(file).pieces(first, Math.min(last + 1, file.bytes))]);
}

async function digest(body: Body, algorithm: "md5" | "sha256"): Promise<string> {
  const hash = createHash(algorithm);
  let bytes = 0;
  for (const piece of body.pieces(0, body.bytes)) {
    hash.update(piece);
    bytes += piece.length;
    if (bytes < turnBytes) continue;
    bytes = 0;
    await nextTurn();
  }
  return hash.digest("hex");
}

/** Lower-case hex digest of the whole object; cached, and computed without blocking. */
export function bodyDigest(file: SandboxFile, algorithm: "md5" | "sha256"): Promise<string> {
  const { body, digests } = bodyKept(file);
  const kept = digests.get(algorithm);
  if (kept) return kept;
  const made = digest(body, algorithm);
  digests.set(algorithm, made);
  return made;
}

/** Verified: the MD5 for objects uploaded whole, "<hex>-<parts>" for those uploaded in parts. */
export async function entityTag(file: SandboxFile): Promise<string> {
  if (file.bytes <= singlePartBytes) return `"${await bodyDigest(file, "md5")}"`;
  const hex = hexOf(seedOf(`${file.id} ${file.seed} ${file.version}`), 32);
  return `"${hex}-${Math.ceil(file.bytes / multipartBytes)}"`;
}
