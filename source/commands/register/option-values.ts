import { type Command, InvalidArgumentError } from "commander";
import { closestWord } from "../../domain/closest-word.ts";
import { type FaultName, faultNames, isFaultName } from "../../domain/fault-names.ts";

/** Throws Commander's InvalidArgumentError. */
export function readCount(text: string): number {
  return readWhole(text, 1);
}

/** Like `readCount`, but allows 0, which shows only a csv's header. */
export function readCountOrNone(text: string): number {
  return readWhole(text, 0);
}

function readWhole(text: string, least: number): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(count) && count >= least) return count;
  throw new InvalidArgumentError(`It is not a whole number of at least ${least}.`);
}

/** 0 is any free port. Throws Commander's InvalidArgumentError. */
export function readPort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError("It is not a port number from 0 to 65535.");
}

/** Appends a fault. Throws Commander's InvalidArgumentError. */
export function readFault(text: string, previous: readonly FaultName[] = []): FaultName[] {
  if (isFaultName(text)) return [...previous, text];
  const meant = closestWord(text, Object.keys(faultNames));
  throw new InvalidArgumentError(
    `No fault has this name${meant === undefined ? "" : ` (did you mean ${meant}?)`}.`,
  );
}

/** Appends the value of a repeatable option. */
export function collect(value: string, previous: string[] | undefined): string[] {
  return [...(previous ?? []), value];
}

const momentHelp = "ISO 8601 date or time, or a span back from now (7d, 36h)";

/** Adds the options of FilterOptions. */
export function addFileSetOptions(command: Command): Command {
  return command
    .option("--package <id-or-name>", "keep file sets of this package")
    .option("--name <name>", "keep file sets with exactly this name")
    .option("--status <status>", "keep file sets with this status: READY or PENDING")
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
    .option("--modified-since <time>", "keep what was modified at this time or later");
}
