/** Room for the suffixes of partial files and for a number, within the 255 bytes of common file systems. */
const longestBytes = 230;

/** Separators, control characters, and what Windows, SMB or FAT refuse in a name. */
const refused = /[\u0000-\u001f\u007f-\u009f<>:"/\\|?*]/g;

/** Device names of Windows, with any extension. */
const reserved = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9\u00b9\u00b2\u00b3])(?=\.|$)/i;

/** What stands beside a file while it is fetched; a finished file must not look like it. */
const partial = /\.part(\.[a-z]+|\.journal\.new|\.lock\.guard)?$/i;

const extension = /(\.[a-z][a-z0-9]{0,7})?\.(gz|bz2|xz|zst|z)$|\.[a-z0-9]{1,8}$/i;

/**
 * The name on disk for a file that the service calls `name`: its last path segment, in NFC, with every
 * character that some file system refuses turned into `_`. It has 1 to 230 bytes in UTF-8, is never
 * `.` or `..`, and no device name of Windows.
 */
export function localFileName(name: string): string {
  const segment = name.split("/").findLast((part) => part !== "") ?? "";
  const clean = segment
    .normalize("NFC")
    .replace(/\p{Surrogate}/gu, "_")
    .replace(refused, "_")
    .replace(/[. ]+$/, (tail) => "_".repeat(tail.length))
    .replace(/^ +/, (head) => "_".repeat(head.length))
    .replace(reserved, "_$1");
  return clean === "" ? "unnamed" : withoutPartial(shorten(clean, ""));
}

/** A cut may make such a name too, and leave no room for one more character. */
function withoutPartial(name: string): string {
  if (!partial.test(name)) return name;
  const isFull = Buffer.byteLength(name) === longestBytes;
  return `${isFull ? name.slice(0, -1) : name}_`;
}

/** `name` with a number before its extension: "a.csv.gz" and 2 give "a (2).csv.gz". */
export function numberedFileName(name: string, number: number): string {
  return shorten(name, ` (${number})`);
}

/** Two names with equal keys are one name in a folder that ignores case. */
export function fileNameKey(name: string): string {
  return name.normalize("NFC").toLowerCase();
}

function shorten(name: string, mark: string): string {
  const tail = extension.exec(name.slice(1))?.[0] ?? "";
  const rest = mark + tail;
  let stem = name.slice(0, name.length - tail.length);
  if (Buffer.byteLength(stem + rest) <= longestBytes) return stem + rest;
  const room = longestBytes - Buffer.byteLength(rest);
  let kept = "";
  let bytes = 0;
  for (const character of stem) {
    bytes += Buffer.byteLength(character);
    if (bytes > room) break;
    kept += character;
  }
  stem = kept.replace(/[. ]+$/, "");
  return stem + rest;
}
