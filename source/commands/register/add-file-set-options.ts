import type { Command } from "commander";
import { collect } from "./option-values.ts";

const momentHelp = "ISO 8601 date or time, or a span back from now (7d, 36h)";

/** Adds the filters of file sets, which FileSetWords holds. */
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
