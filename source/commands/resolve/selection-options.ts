import { type Command, Option } from "commander";

/** The options that filter by time. */
export const momentOptions = [
  ["contentFrom", "--content-from"],
  ["contentTo", "--content-to"],
  ["availableFrom", "--available-from"],
  ["availableTo", "--available-to"],
  ["createdSince", "--created-since"],
  ["modifiedSince", "--modified-since"],
] as const;

type MomentOptions = Partial<Record<(typeof momentOptions)[number][0], string>>;

/** The options that select file sets and files, the same for every command that has them. */
export interface SelectionOptions extends MomentOptions {
  package?: string;
  name?: string;
  kind?: string;
  series?: string;
  format?: string;
  include?: string[];
  exclude?: string[];
  attribute?: string[];
}

/** The options that select among the file sets of a bucket. */
const fileSetOptions = [
  ["package", "--package"],
  ["name", "--name"],
  ["series", "--series"],
  ["attribute", "--attribute"],
  ...momentOptions,
] as const;

/** The first given option that selects among the file sets of a bucket. */
export function optionOfFileSets(options: SelectionOptions): string | undefined {
  return fileSetOptions.find(([field]) => options[field] !== undefined)?.[1];
}

/** The first given option that selects file sets or files. */
export function optionOfSelection(options: SelectionOptions): string | undefined {
  const { kind, format, include, exclude } = options;
  const ofFiles = Object.entries({ kind, format, include, exclude });
  const given = ofFiles.find(([, value]) => value !== undefined)?.[0];
  return optionOfFileSets(options) ?? (given === undefined ? undefined : `--${given}`);
}

/** The selection without the package and without the other options of the command. */
export function selectionWithinPackage(options: SelectionOptions): SelectionOptions {
  const { name, kind, series, format, include, exclude, attribute } = options;
  const selection: SelectionOptions = { name, kind, series, format, include, exclude, attribute };
  for (const [field] of momentOptions) selection[field] = options[field];
  return selection;
}

const momentHelp = "ISO 8601 date or time, or a span back from now (7d, 36h)";

export function addSelectionOptions(command: Command): Command {
  return command
    .optionsGroup("Selection:")
    .option("--package <id-or-name>", "keep file sets of this package")
    .option("--name <text>", "keep file sets with this text in their name, in any case")
    .option("--kind <kind>", "keep file sets of this kind: init or delta")
    .option("--series <glob>", "keep file sets whose name without kind and date matches")
    .option("--format <format>", "keep files of this format: csv, jsonl or zip")
    .option("--include <glob>", "keep files whose name matches; may be repeated", collect)
    .option(
      "--exclude <glob>",
      "leave out files whose name matches, even if included; may be repeated",
      collect,
    )
    .option(
      "--attribute <name=value>",
      "keep file sets with exactly this attribute; may be repeated",
      collect,
    )
    .option(
      "--content-from <time>",
      `keep content that reaches to this time or later: ${momentHelp}`,
    )
    .option("--content-to <time>", "keep content that begins at this time or earlier")
    .option("--available-from <time>", "keep what is available at this time or later")
    .option("--available-to <time>", "keep what is available at this time or earlier")
    .option("--created-since <time>", "keep what was created at this time or later")
    .option("--modified-since <time>", "keep what was modified at this time or later")
    .optionsGroup("Options:");
}

export function bucketOption(): Option {
  return new Option("--bucket <bucket>", "look up names in this bucket");
}

/** Adds the options for names without a selection. */
export function addLookupOptions(command: Command): Command {
  return command
    .addOption(bucketOption())
    .option("--package <id-or-name>", "look up names in this package of the bucket");
}

/** Appends the value of a repeatable option. */
function collect(value: string, previous: string[] | undefined): string[] {
  return [...(previous ?? []), value];
}
