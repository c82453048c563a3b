import type { SandboxFileSet, SandboxPackage } from "../model/entities.ts";
import type { SandboxCatalogue } from "./catalogue.ts";

/** Names that are unsafe in some terminal, file system or path. */
export const hostileNames: readonly string[] = [
  "deliveries/2026/in-a-folder.csv.gz",
  "../../outside.csv.gz",
  "/etc/cron.d/absolute.csv.gz",
  "C:\\Windows\\drive.csv.gz",
  "..\\..\\backslash.csv.gz",
  "nul\u0000byte.csv.gz",
  "\u001b[2Jclears.csv.gz",
  "\u001b]52;c;Y2xpcGJvYXJk\u0007clipboard.csv.gz",
  "\u009b31mc1.csv.gz",
  "two\nlines\r.csv.gz",
  "\u202egnp.exe.csv.gz",
  "zero\u200bwidth\ufeff.csv.gz",
  "half \ud83d surrogate.csv.gz",
  "CON.csv.gz",
  "aux",
  "trailing.csv.gz. ",
  " leading blank.csv.gz",
  "-rf.csv.gz",
  ".hidden.csv.gz",
  'quotes"and<angles>|*?.csv.gz',
  "100%3A encoded%2F..%2F.csv.gz",
  "wide 漢字 and 👩‍👩‍👧.csv.gz",
  "combining e\u0301.csv.gz",
  "combining \u00e9.csv.gz",
  `${"long".repeat(64).slice(0, 249)}.csv.gz`,
  // Equal once cleaned, or on a file system that ignores case.
  "same:name.csv.gz",
  "same_name.csv.gz",
  "same/same_name.csv.gz",
  "Case.csv.gz",
  "case.csv.gz",
];

/** Adds a file set with a hostile name and one small file for each of `hostileNames`. */
export function addHostileNames(
  catalogue: SandboxCatalogue,
  owner: SandboxPackage,
): SandboxFileSet {
  return catalogue.addFileSet({
    name: "Hostile \u001b[31mnames\u202e of files-2026-01-01",
    packageId: owner.packageId,
    attributes: [{ name: "Content\u0007Type", value: "\u001b]0;title\u0007" }],
    files: hostileNames.map((filename, index) => ({ filename, bytes: 3000 + index })),
  });
}
