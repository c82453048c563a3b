import { Option } from "commander";
import { type Commands, jsonOption } from "./command-builder.ts";
import { addFileSetOptions, readCount, readCountOrNone } from "./option-values.ts";

const oneCall = "one sign-in: faster than a loop";

export function addListingCommands({ add, call, heading }: Commands): void {
  heading("Browse");

  add("buckets", "known content sets, buckets used before, and those the service lists", [
    "cfs buckets",
    "cfs buckets --json | jq -r .name",
  ])
    .addOption(jsonOption())
    .action(async (options) => (await import("../browse/buckets.ts")).buckets(options, call));

  add("packages <bucket>", "packages of a bucket", [
    "cfs packages bulk-ESG",
    "cfs packages bulk-ESG --name Raw --json",
  ])
    .option("--name <text>", "only those with this text in their name")
    .addOption(jsonOption())
    .action(async (bucket, options) =>
      (await import("../browse/packages.ts")).packages(bucket, options, call),
    );

  addFileSetOptions(
    add("file-sets <bucket>", "file sets of a bucket, newest first", [
      "cfs file-sets bulk-ESG --limit 10",
      "cfs file-sets bulk-ESG --package RFT-ESG-PIT-SDI --status READY",
      'cfs file-sets bulk-ESG --attribute "ContentType=ESG Scores" --modified-since 7d --json',
    ]),
  )
    .option("--limit <count>", "at most so many", readCount)
    .option("--unsorted", "in the service's order, each page as it comes, nothing held back")
    .addOption(jsonOption())
    .action(async (bucket, options) =>
      (await import("../browse/file-sets.ts")).fileSets(bucket, options, call),
    );

  add("files <file-set-id...>", "files of file sets: name, size, id", [
    "cfs files FILE_SET_ID",
    `cfs files FILE_SET_ID FILE_SET_ID  ${oneCall}`,
    "cfs file-sets bulk-ESG --modified-since 1d --json | jq -r .id | cfs files - --json",
    "cfs files FILE_SET_ID --json | jq -r '[.filename, .fileSizeInBytes] | @tsv'",
  ])
    .addOption(jsonOption())
    .action(async (ids, options) => (await import("../browse/files.ts")).files(ids, options, call));

  add("url <file-id...>", "fresh presigned URLs, for curl or aria2c; they are secrets", [
    'curl -fo part0.csv.gz "$(cfs url FILE_ID)"',
    `cfs url FILE_ID FILE_ID  ${oneCall}`,
    "cfs files FILE_SET_ID --json | jq -r .id | cfs url - | aria2c -x8 -i -",
  ])
    .addOption(jsonOption())
    .action(async (ids, options) => (await import("../browse/url.ts")).url(ids, options, call));

  add("peek <file-id...>", "the first records of files, fetching only their beginnings", [
    "cfs peek FILE_ID",
    `cfs peek FILE_ID FILE_ID  ${oneCall}`,
    "cfs peek FILE_ID -n 1000 | cut -d, -f1",
    "cfs peek ZIP_FILE_ID --entry 1",
    "cfs peek FILE_ID --json | jq -c 'select(.n).value'",
  ])
    .option("-n, --records <count>", "so many records at most", readCountOrNone, 10)
    .option("--entry <name-or-number>", "of a zip: the records of this entry, not its listing")
    .option("--verbose", "tell on standard error how many bytes were fetched")
    .addOption(
      new Option(
        "--json",
        'each record as {"n":1,"value":…} (of several files with "fileId"), then what it was: fileId, name, format, records, size, bytesFetched',
      ),
    )
    .action(async (ids, options) => (await import("../browse/peek.ts")).peek(ids, options, call));
}
