import { counted } from "./readable.ts";

/** Leaves room for suffixes of part files and a number within the usual 255 bytes. */
const longestBytes = 230;

/** Separators, control characters, and characters that Windows, SMB or FAT refuse. */
const refused = /[\u0000-\u001f\u007f-\u009f<>:"/\\|?*]/g;

/** Device names of Windows, with any extension. */
const reserved = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9\u00b9\u00b2\u00b3])(?=\.|$)/i;

/** What `cfs` itself writes beside the files. */
const own = /^(\.cfs-sync|sha256sums(\.lock(\.guard)?(\.clock)?)?|_success)$/i;

/** Names of part files, which a finished file must not have. */
const partial = /\.part(\.[a-z]+|\.journal\.new|\.lock\.guard|\.lock(\.guard)?\.clock)?$/i;

const extension = /(\.[a-z][a-z0-9]{0,7})?\.(gz|bz2|xz|zst|z)$|\.[a-z0-9]{1,8}$/i;

/** The last segment of `name` in NFC, safe on every file system: 1 to 230 bytes in UTF-8. */
export function localFileName(name: string): string {
  const segment = name.split("/").findLast((part) => part !== "") ?? "";
  const clean = segment
    .normalize("NFC")
    .replace(/\p{Surrogate}/gu, "_")
    .replace(refused, "_")
    .replace(/[. ]+$/, (tail) => "_".repeat(tail.length))
    .replace(/^ +/, (head) => "_".repeat(head.length))
    .replace(reserved, "_$1")
    .replace(own, "_$&");
  return clean === "" ? "unnamed" : withoutPartial(shorten(clean, ""));
}

/** Shortening can create a partial name too, and leave no room for one more character. */
function withoutPartial(name: string): string {
  if (!partial.test(name)) return name;
  const isFull = Buffer.byteLength(name) === longestBytes;
  return `${isFull ? name.slice(0, -1) : name}_`;
}

/** "a.csv.gz" and 2 give "a (2).csv.gz". */
export function numberedFileName(name: string, number: number): string {
  return shorten(name, ` (${number})`);
}

/** Names with equal keys collide in a folder that ignores case. */
export function fileNameKey(name: string): string {
  return name.normalize("NFC").toLowerCase();
}

function shorten(name: string, mark: string): string {
  const tail = extension.exec(name.slice(1))?.[0] ?? "";
  const rest = mark + tail;
  const stem = name.slice(0, name.length - tail.length);
  if (Buffer.byteLength(stem + rest) <= longestBytes) return stem + rest;
  const room = longestBytes - Buffer.byteLength(rest);
  let kept = "";
  let bytes = 0;
  for (const character of stem) {
    bytes += Buffer.byteLength(character);
    if (bytes > room) break;
    kept += character;
  }
  return kept.replace(/[. ]+$/, "") + rest;
}

/** The innermost common folder; "" without one. */
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
