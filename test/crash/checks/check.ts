import fs from "node:fs";
import type { DiskModel, Tree } from "../disk-model.ts";
import type { Operation } from "../recording.ts";
import type { Facts } from "../stage.ts";

/** One promise: it follows what the program does, and looks at what a power loss leaves. */
export interface Check {
  /** The disk has the operation already. */
  follow?(operation: Operation): void;
  /** What is wrong with a disk that a power loss leaves now. */
  problemOf(tree: Tree): string | undefined;
}

export interface CheckParts {
  disk: DiskModel;
  facts: Facts;
  /** A folder for what the program's own readers are to read. */
  scratch: string;
  saved: SavedNames;
}

/** What was said to be saved: path below the folder → index of its newest content. */
export type SavedNames = ReadonlyMap<string, number>;

/** Lets a reader of these files read contents of them, some of which may be missing; the same are read once. */
export function createReader<Result>(
  files: readonly string[],
  read: () => Result,
): (...contents: readonly (Buffer | undefined)[]) => Result {
  const known = new Map<string, { result: Result }>();
  return (...contents) => {
    const key = contents.map((content) => content?.toString("latin1")).join("\0\0");
    const found = known.get(key);
    if (found !== undefined) return found.result;
    for (const [index, file] of files.entries()) putFile(file, contents[index]);
    const result = read();
    known.set(key, { result });
    return result;
  };
}

/** Gives the file this content, or removes it. */
export function putFile(file: string, content: Buffer | undefined): void {
  if (content === undefined) fs.rmSync(file, { force: true });
  else fs.writeFileSync(file, content);
}

/** True once the program goes on by what it has written: it says something, or asks the service for data. */
export function goesOn(operation: Operation): boolean {
  if (operation.op === "request") return !operation.path.startsWith("/auth/");
  return operation.op === "said" || operation.op === "exit";
}

export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
