import fs from "node:fs";
import type { DiskModel, Tree } from "../disk-model.ts";
import type { Operation } from "../recording.ts";
import type { Facts } from "../stage.ts";

/** Checks one promise: it follows what the program does, and inspects the disk after a power loss. */
export interface Check {
  /** Called after the disk model has applied the operation. */
  follow?(operation: Operation): void;
  /** Returns what is wrong with a disk that a power loss would leave now. */
  problemOf(tree: Tree): string | undefined;
}

export interface CheckParts {
  disk: DiskModel;
  facts: Facts;
  /** A folder for files that the program's own readers read. */
  scratch: string;
  saved: SavedNames;
}

/** Files that were reported as saved: path below the folder → index of its newest content. */
export type SavedNames = ReadonlyMap<string, number>;

/** Lets a reader read contents of these files, some of which may be missing; equal contents are read once. */
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

/** Writes this content to the file, or removes the file. */
export function putFile(file: string, content: Buffer | undefined): void {
  if (content === undefined) fs.rmSync(file, { force: true });
  else fs.writeFileSync(file, content);
}

/** True once the program relies on what it has written: it prints something, or requests data from the service. */
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
