import { type Command, InvalidArgumentError, Option } from "commander";
import { closestWord } from "../../domain/closest-word.ts";
import { listingColumns, outputFormats } from "../console/columns.ts";
import { usageError } from "../console/usage-error.ts";
import { jsonOption } from "./command-builder.ts";

/** Adds the options of ListingOptions, which are checked before the sign-in. */
export function addListingOptions(listing: keyof typeof listingColumns, command: Command): Command {
  return addFormatOptions(listing, command).hook("preAction", () => settleFormat(command));
}

/** The same for a command that lists only with `--dry-run`. */
export function addDryRunOptions(command: Command): Command {
  command.optionsGroup("Options:");
  return addFormatOptions("steps", command, " with --dry-run").hook("preAction", () => {
    const { columns, dryRun, outputFormat } = command.opts<FormatOptions>();
    const given = columns === undefined ? outputFormat && "--output-format" : "--columns";
    if (given && !dryRun) throw usageError(`${given} needs --dry-run`, command);
    settleFormat(command);
  });
}

interface FormatOptions {
  json?: boolean;
  outputFormat?: string;
  columns?: string[];
  dryRun?: boolean;
}

function addFormatOptions(
  listing: keyof typeof listingColumns,
  command: Command,
  when = "",
): Command {
  const names: readonly string[] = listingColumns[listing];
  return command
    .addOption(
      new Option(
        "--columns <names>",
        `print these columns${when}, separated by commas: ${names.join(", ")}`,
      ).argParser((text) => readColumns(text, names)),
    )
    .addOption(
      new Option(
        "--output-format <output>",
        `table, tsv, csv or json${when} (default: table on a terminal, tsv in a pipe)`,
      ).argParser(readOutputFormat),
    )
    .addOption(jsonOption());
}

function readColumns(text: string, names: readonly string[]): string[] {
  return text.split(",").map((part) => {
    const name = part.trim().toLowerCase();
    if (names.includes(name)) return name;
    const meant = closestWord(name, names);
    throw new InvalidArgumentError(
      `Unknown column "${part.trim()}"${meant === undefined ? "" : ` (did you mean ${meant}?)`}. Columns: ${names.join(", ")}.`,
    );
  });
}

function readOutputFormat(text: string): string {
  if (outputFormats.some((format) => format === text)) return text;
  throw new InvalidArgumentError(`Choose ${outputFormats.slice(0, -1).join(", ")} or json.`);
}

/** `--output-format json` equals `--json`. */
function settleFormat(command: Command): void {
  const options = command.opts<FormatOptions>();
  const { columns, json = false, outputFormat } = options;
  const isJson = json || outputFormat === "json";
  if (json && outputFormat !== undefined && outputFormat !== "json") {
    throw usageError(`--json contradicts --output-format ${outputFormat}`, command);
  }
  if (isJson && columns !== undefined) {
    throw usageError("--columns does not apply to JSON, which has all fields", command);
  }
  if (isJson) command.setOptionValue("json", true);
}

export function statusOption(): Option {
  return new Option("--status <status>", "keep file sets with this status: READY or PENDING");
}
