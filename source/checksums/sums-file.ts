import fs from "node:fs";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { errnoOf } from "../base/errors.ts";
import { diskError, writeAtomically } from "../files/disk.ts";
import { acquireLock, type Lock, LockHeld } from "../files/lock.ts";

/** The file that `sha256sum -c` reads. */
export const sumsName = "SHA256SUMS";

/** The content of a folder's SHA256SUMS, in the format of coreutils' sha256sum. */
export interface Sums {
  /** Name, relative to the folder → SHA-256 in lower-case hex. */
  digests: Map<string, string>;
  /** Lines in no known form, or with a name outside the folder. */
  others: string[];
}

/** Undefined if the folder has none. Throws an AppError of kind disk. */
export function readSums(directory: string): Sums | undefined {
  const file = path.join(directory, sumsName);
  const text = readText(file);
  return text === undefined ? undefined : parseSums(text);
}

function readText(file: string): string | undefined {
  try {
    return fs.readFileSync(file, "utf8");
  } catch (thrown) {
    if (errnoOf(thrown) === "ENOENT") return undefined;
    throw diskError(thrown, `Reading ${file}`);
  }
}

/** The text of SHA256SUMS with changed lines. */
export function changedSums(text: string, change: (digests: Map<string, string>) => void): string {
  const sums = parseSums(text);
  const before = textOf(sums);
  change(sums.digests);
  const after = textOf(sums);
  return after === before ? text : after;
}

/**
 * Changes the lines of a folder's SHA256SUMS: whole and durable, or not at all. Waits for other processes
 * that do the same. Rejects with an AppError of kind disk.
 */
export async function changeSums(
  directory: string,
  change: (digests: Map<string, string>) => void,
): Promise<void> {
  const file = path.join(directory, sumsName);
  try {
    const lock = await takeWhenFree(`${file}.lock`);
    try {
      const before = readText(file);
      const text = changedSums(before ?? "", change);
      if (text !== (before ?? ""))
        await writeAtomically(file, text, { isDurable: true, mode: 0o666 });
    } finally {
      await lock.release();
    }
  } catch (thrown) {
    throw diskError(thrown, `Writing ${file}`);
  }
}

const lookAgainMs = 20;

/** A holder keeps it for one write only. */
async function takeWhenFree(lockPath: string): Promise<Lock> {
  for (;;) {
    try {
      return await acquireLock(lockPath);
    } catch (thrown) {
      if (!(thrown instanceof LockHeld)) throw thrown;
      await wait(lookAgainMs);
    }
  }
}

const untagged = /^(?<mark>\\?)(?<digest>[0-9a-f]{64}) [ *](?<name>.+)$/i;
const tagged = /^(?<mark>\\?)SHA256 \((?<name>.+)\) = (?<digest>[0-9a-f]{64})$/i;

/** Reads both forms that sha256sum writes; the last line of a name counts. */
export function parseSums(text: string): Sums {
  const sums: Sums = { digests: new Map(), others: [] };
  for (const line of text.split(/\r?\n/)) {
    const {
      mark,
      name = "",
      digest = "",
    } = (untagged.exec(line) ?? tagged.exec(line))?.groups ?? {};
    const local = path.normalize(mark ? unescaped(name) : name);
    if (digest !== "" && isInside(local)) sums.digests.set(local, digest.toLowerCase());
    else if (line !== "") sums.others.push(line);
  }
  return sums;
}

function isInside(name: string): boolean {
  return !path.isAbsolute(name) && name !== "." && name.split(path.sep)[0] !== "..";
}

function textOf({ digests, others }: Sums): string {
  const lines = [...digests].map(([name, digest]) => {
    const written = name.replace(/[\\\n\r]/g, (character) => escapes.get(character) ?? character);
    return `${written === name ? "" : "\\"}${digest}  ${written}`;
  });
  return [...others, ...lines].map((line) => `${line}\n`).join("");
}

const escapes = new Map([
  ["\\", "\\\\"],
  ["\n", "\\n"],
  ["\r", "\\r"],
]);

function unescaped(name: string): string {
  const characters = new Map([...escapes].map(([character, written]) => [written, character]));
  return name.replace(/\\[\\nr]/g, (written) => characters.get(written) ?? written);
}
