import type { Command } from "commander";
import { type Commands, jsonOption } from "./command-builder.ts";
import { addFileSetOptions, collect } from "./option-values.ts";

export function addTransferCommands({ add, call, heading }: Commands): void {
  heading("Download");

  add("get [id...]", "download files, and all files of file sets", [
    "cfs get FILE_SET_ID -o data/                       all its files",
    "cfs get FILE_ID FILE_ID -o data/                   faster than a loop",
    "cfs get --latest --bucket bulk-ESG --package RFT-ESG-PIT-SDI -o data/ --unpack",
    "cfs get --bucket bulk-ESG NAME                     a file set or file by its name",
    "cfs file-sets bulk-ESG --modified-since 1d --unsorted --json | jq -r .id | cfs get - -o data/ --json",
  ])
    .option(
      "-o, --output <dir>",
      "folder to put them in, made where it is missing (default: this one)",
    )
    .option("--overwrite", "replace files that are there already")
    .option("--unpack", "write what is in .gz and .zip files beside them too")
    .option("--latest", "the newest READY file set, of --bucket")
    .option("--bucket <bucket>", "where names and the newest are looked for")
    .option("--package <id-or-name>", "the same, only in this package of the bucket")
    .option("--name <name>", "with --latest: only file sets of exactly this name")
    .option(
      "--attribute <name=value>",
      "with --latest: only file sets with it; may be repeated",
      collect,
    )
    .option("--quiet", "no progress on stderr")
    .addOption(jsonOption())
    .action(async (ids, options, command) =>
      (await import("../transfer/get.ts")).get(ids, quietToo(options, command), call),
    );

  addFileSetOptions(
    add("sync <bucket>", "bring a folder up to date: fetch what it does not have, nothing twice", [
      "cfs sync bulk-ESG --package RFT-ESG-PIT-SDI -o pit/",
      "cfs sync bulk-ESG --package RFT-ESG-PIT-SDI -o pit/ --content-from 30d --dry-run",
      "cfs sync bulk-ESG --package Bulk-ESG-Global-Scores-Full-SchemeB-v1 -o scores/ --latest-init --prune",
      "cfs sync bulk-ESG --package RFT-ESG-PIT-SDI -o pit/ --watch 15m --quiet",
    ]),
  )
    .option("-o, --output <dir>", "folder to bring up to date, made where it is missing")
    .option("--latest-init", "only the newest Init of each series and the Deltas after it")
    .option("--verify", "read all files of the folder, and replace what is not as it was fetched")
    .option("--prune", "at the end remove files that it brought and that are not wanted any more")
    .option("--watch <span>", "keep at it: look again so long after each run (15m, 6h)")
    .option("--dry-run", "only list what would be fetched, with sizes")
    .option("--quiet", "no progress, notes and summary on stderr")
    .addOption(jsonOption())
    .action(async (bucket, options, command) =>
      (await import("../sync/sync.ts")).sync(bucket, quietToo(options, command), call),
    );
}

/** `cfs --quiet get` equals `cfs get --quiet`. */
function quietToo<Options extends object>(options: Options, command: Command): Options {
  return { ...options, ...(command.optsWithGlobals()["quiet"] ? { quiet: true } : {}) };
}
