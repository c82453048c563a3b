import type { Command } from "commander";
import { collect } from "./read-words.ts";

const momentHelp = "ISO 8601 date or time, or a span back from now (7d, 36h)";

/** Adds the filters of file sets, which FileSetWords holds. */
export function addFileSetOptions(command: Command): Command {
  return command
    .option("--package <id-or-name>", "only those of this package")
    .option("--name <name>", "only the one of exactly this name")
    .option("--status <status>", "READY or PENDING")
    .option("--attribute <name=value>", "only those with this attribute; may be repeated", collect)
    .option("--content-from <time>", `content that reaches to this time or later: ${momentHelp}`)
    .option("--content-to <time>", "content that begins at this time or earlier")
    .option("--available-from <time>", "available at this time or later")
    .option("--available-to <time>", "available at this time or earlier")
    .option("--created-since <time>", "created since")
    .option("--modified-since <time>", "modified since");
}
