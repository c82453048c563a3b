import { localFileName } from "./file-name.ts";
import { counted } from "./readable.ts";

/** One safe path segment; undefined for a single file, which needs no folder of its own. */
export function fileSetFolder(name: string, count: number): string | undefined {
  return count > 1 ? localFileName(name) : undefined;
}

/** The innermost common folder; "" if there is none. */
export function commonFolder(folders: readonly string[]): string {
  const [first, ...others] = folders;
  if (first === undefined) return "";
  if (others.every((folder) => folder === first)) return first;
  const segments = folders.map((folder) => folder.split(/(?<=[/\\])/));
  const [shortest = []] = segments.toSorted((left, right) => left.length - right.length);
  const bare = (segment = "") => segment.replace(/[/\\]$/, "");
  const differing = shortest.findIndex((segment, index) =>
    segments.some((own) => bare(own[index]) !== bare(segment)),
  );
  const common = shortest.slice(0, differing < 0 ? shortest.length : differing).join("");
  return common.length > 1 ? bare(common) : common;
}

/** "/d", or for several folders "/d (2 folders)". */
export function foldersText(directories: readonly string[]): string {
  const folders = new Set(directories);
  const common = commonFolder([...folders]);
  if (folders.size <= 1) return common;
  const count = counted(folders.size, "folder");
  return common === "" ? count : `${common} (${count})`;
}
