import {
  type DeliveryFormat,
  deliveryFormats,
  deliveryKind,
  isComplete,
  seriesName,
} from "./deliveries/name.ts";
import type { FileSet, StoredFile } from "./entities.ts";

type Named = Pick<FileSet, "name">;
type NamedFile = Pick<StoredFile, "filename">;

export const selectedKinds = ["init", "delta"] as const;

/** Init includes Full, Delta includes Update. */
export type SelectedKind = (typeof selectedKinds)[number];

export interface SelectionRules {
  kind?: SelectedKind | undefined;
  format?: DeliveryFormat | undefined;
  /** True for the series that are selected. */
  series?: ((name: string) => boolean) | undefined;
  /** True for the file names that are selected. */
  fileName?: ((name: string) => boolean) | undefined;
  /** Equal for equal rules on files. */
  key: string;
}

/** Which file sets are selected, and which of their files. */
export interface Selection {
  /** "some" if the names of its files decide. */
  fileSet(fileSet: Named): "all" | "some" | "none";
  /** `fileSet` is undefined if only the file is known. */
  file(file: NamedFile, fileSet: Named | undefined): boolean;
  /** Identifies the choice among the files of a file set; empty if every file is selected. */
  key: string;
}

/** The selection of everything. */
export const wholeSelection: Selection = { fileSet: () => "all", file: () => true, key: "" };

/**
 * Kind and format are read from the name of the file set if it shows them, otherwise from the names of its
 * files, because a name without them says nothing about the content.
 */
export function createSelection({
  kind,
  format,
  series,
  fileName,
  key,
}: SelectionRules): Selection {
  const ofKind = ({ name }: Named) => agreement(kind, kindIn(name));
  const ofFormat = ({ name }: Named) => formatAgreement(format, name);
  return {
    key,
    fileSet(fileSet) {
      if (series?.(seriesName(fileSet.name)) === false) return "none";
      const agreements = [ofKind(fileSet), ofFormat(fileSet)];
      if (agreements.includes(false)) return "none";
      return agreements.includes(undefined) || fileName !== undefined ? "some" : "all";
    },
    file({ filename }, fileSet) {
      const own = { name: filename };
      const isOfKind = (fileSet && ofKind(fileSet)) ?? ofKind(own) ?? false;
      const isOfFormat = (fileSet && ofFormat(fileSet)) ?? ofFormat(own) ?? false;
      return isOfKind && isOfFormat && fileName?.(filename) !== false;
    },
  };
}

/** Undefined if the name shows nothing. */
function agreement<Word>(wanted: Word | undefined, shown: Word | undefined): boolean | undefined {
  if (wanted === undefined) return true;
  return shown === undefined ? undefined : shown === wanted;
}

/** The word for the kind in a name, as the option `--kind` takes it. */
export function kindIn(name: string): SelectedKind | undefined {
  const kind = deliveryKind(name);
  if (kind === undefined) return undefined;
  return isComplete(kind) ? "init" : "delta";
}

/** A zip may hold csv or jsonl, so these words in a name do not exclude it. */
function formatAgreement(wanted: DeliveryFormat | undefined, name: string): boolean | undefined {
  if (wanted === undefined) return true;
  const shown = formatsIn(name);
  if (shown.includes(wanted)) return true;
  return wanted === "zip" || shown.every((format) => format === "zip") ? undefined : false;
}

/** The formats that are words of a name: "-Csv-", ".jsonl.gz", ".csv.zip". */
export function formatsIn(name: string): DeliveryFormat[] {
  return deliveryFormats.filter((format) =>
    new RegExp(`(?<![a-z])${format}(?![a-z])`, "i").test(name),
  );
}
