import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Parts } from "../../source/app/compose.ts";
import type { StoredFile } from "../../source/domain/entities.ts";
import { toTransferFile } from "../../source/domain/entities.ts";
import { openPreview } from "../../source/preview/open-preview.ts";
import type { Random } from "../../source/sandbox/model/random.ts";
import type { Transfer, TransferEngine } from "../../source/transfer/engine.ts";
import { unpackFile } from "../../source/unpack/unpack-file.ts";
import type { Counts } from "./counts.ts";

/** What a round works with. */
export interface RoundContext {
  parts: Parts;
  engine: TransferEngine;
  random: Random;
  counts: Counts;
  stallTimeoutMs: number;
}

/** A file set that is listed now, with the SHA-256 sums that each of its files may have. */
export interface Offer {
  fileSetId: string;
  sums: Readonly<Record<string, readonly string[]>>;
}

const meddleEveryMs = 40;
const mostPresses = 60;
const retries = 2;
const unpackedFiles = 2;
const { signal } = new AbortController();

/** The files of the set; none where the service could not be asked. */
export async function listFiles(
  { fileSetId }: Offer,
  { parts: { fileStore }, counts }: RoundContext,
): Promise<StoredFile[]> {
  const files: StoredFile[] = [];
  const bucket = "bulk-Soak";
  const all = async (pages: AsyncIterable<{ items: readonly unknown[] }>) => {
    for await (const { items } of pages) counts.listed += items.length;
  };
  await counts.expecting(async () => {
    await all(fileStore.packages({ bucketName: bucket }, signal));
    await all(fileStore.fileSets({ bucket }, signal));
    for await (const { items } of fileStore.files(fileSetId, signal)) files.push(...items);
  });
  return files;
}

export function addAll(files: readonly StoredFile[], directory: string, engine: TransferEngine) {
  engine.add(files.map((file) => ({ file: toTransferFile(file), directory })));
}

/** Fetches the files while somebody pauses, cancels and moves them, and looks at what came of it. */
export async function runRound(
  files: readonly StoredFile[],
  offer: Offer,
  folder: string,
  context: RoundContext,
): Promise<void> {
  const { engine, counts } = context;
  addAll(files, folder, engine);
  await meddle(context);
  for (let round = 0; round < retries; round += 1) {
    const failed = engine.snapshot().transfers.filter(({ state }) => state === "failed");
    for (const { id } of failed) engine.retry(id);
    await engine.idle();
  }
  const ended = engine.snapshot().transfers;
  for (const transfer of ended) await look(transfer, offer, counts);
  await lookAround(folder, ended, offer, counts);
  await clearAll(engine);
  await previewOne(files, context);
  await unpackSome(ended, counts);
  await rm(folder, { recursive: true, force: true });
}

/** A cancelled transfer leaves the list only after its run has ended and its partial file is removed. */
async function clearAll(engine: TransferEngine): Promise<void> {
  for (;;) {
    engine.clearEnded();
    if (engine.snapshot().transfers.length === 0) return;
    await wait(meddleEveryMs);
  }
}

/** Presses keys, as it were, until all has ended. */
async function meddle({ engine, random, counts }: RoundContext): Promise<void> {
  for (let presses = 0; ; ) {
    const idle = await Promise.race([engine.idle().then(() => true), wait(meddleEveryMs, false)]);
    const { transfers } = engine.snapshot();
    const paused = transfers.filter(({ state }) => state === "paused");
    if (idle && paused.length === 0) return;
    for (const { id } of paused) engine.resume(id);
    const one = transfers[random.below(transfers.length)];
    if (idle || one === undefined || presses > mostPresses) continue;
    presses += 1;
    counts.presses += 1;
    const key = random.below(10);
    if (key < 4) engine.pause(one.id);
    else if (key < 6) engine.move([one.id], key === 4 ? "earlier" : "later");
    else if (key === 6) engine.cancel(one.id);
    else if (key === 7) engine.retry(one.id);
  }
}

async function look(transfer: Transfer, { sums }: Offer, counts: Counts): Promise<void> {
  const { state, path: place, file, error, sha256 } = transfer;
  counts.ended(transfer);
  if (isThere(transfer) && place !== undefined) {
    const found = await sha256Of(place).catch(() => "nothing");
    if (found !== (sha256 ?? found) || !sums[file.fileId]?.includes(found))
      counts.wrong(`${file.name} was ${state} with other bytes than the service has (${found})`);
  } else if (state === "failed" && (error === undefined || error.exitCode === 1))
    counts.wrong(`${file.name} failed in a way that nobody expects: ${error?.message}`);
  else if (state !== "failed" && state !== "cancelled")
    counts.wrong(`${file.name} ended as ${state}`);
}

/**
 * Besides saved files only what a failed or cancelled one left may be in the folder, and what was whole before: its
 * transfer was cancelled or failed then, or met another object and took the next name.
 */
async function lookAround(
  folder: string,
  ended: readonly Transfer[],
  { sums }: Offer,
  counts: Counts,
): Promise<void> {
  const resumable = new Set<string>();
  const fileIds = new Map<string, string>();
  const there = new Set<string>();
  for (const transfer of ended) {
    const { file } = transfer;
    const name = path.basename(transfer.path ?? file.name);
    fileIds.set(name, file.fileId).set(file.name, file.fileId);
    if (isThere(transfer)) there.add(name);
    if (transfer.state === "failed" || transfer.state === "cancelled")
      resumable.add(`${name}.part`).add(`${name}.part.journal`);
  }
  for (const name of await readdir(folder).catch(() => [])) {
    if (there.has(name) || resumable.has(name)) continue;
    const known = sums[fileIds.get(name) ?? ""] ?? [];
    if (!known.includes(await sha256Of(path.join(folder, name))))
      counts.wrong(`${name} was left in the folder`);
  }
}

/** What an interrupted round had fetched already is skipped. */
function isThere({ state }: Transfer): boolean {
  return state === "saved" || state === "skipped";
}

async function previewOne(
  files: readonly StoredFile[],
  { parts, counts, random, stallTimeoutMs }: RoundContext,
): Promise<void> {
  const file = files[random.below(files.length)];
  if (file === undefined) return;
  const previewed = { fileId: file.id, name: file.filename };
  const controller = new AbortController();
  await counts.expecting(async () => {
    const source = { source: parts.objects, stallTimeoutMs };
    await (await openPreview(previewed, source, controller.signal)).next(5);
  });
  controller.abort();
}

async function unpackSome(ended: readonly Transfer[], counts: Counts): Promise<void> {
  const saved = ended.filter(({ state, file }) => state === "saved" && /(gz|zip)$/.test(file.name));
  for (const { path: place } of saved.slice(0, unpackedFiles)) {
    if (place === undefined) continue;
    await counts.expecting(async () => {
      await unpackFile(place, { overwrite: false, signal });
      counts.unpacked += 1;
    });
  }
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest("hex");
}
