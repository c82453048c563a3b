import { Option } from "commander";
import {
  addLookupOptions,
  addSelectionOptions,
  bucketOption,
} from "../resolve/selection-options.ts";
import {
  type Commands,
  jsonOption,
  limitRateOption,
  readCount,
  readCountOrNone,
} from "./command-builder.ts";
import { addListingOptions, statusOption } from "./listing-options.ts";

const oneCall = "one sign-in: faster than a loop";

export function addListingCommands({ add, call, heading }: Commands): void {
  heading("Browse");

  addListingOptions(
    "buckets",
    add("buckets", "known content sets, buckets used before, and those the service lists", [
      "cfs buckets",
      "cfs buckets --columns name",
    ]),
  ).action(async (options) => (await import("../browse/buckets.ts")).buckets(options, call));

  addListingOptions(
    "packages",
    add("packages <bucket>", "packages of a bucket", [
      "cfs packages bulk-ESG",
      "cfs packages bulk-ESG --name Raw --columns name,id",
      "cfs packages bulk-ESG | awk -F'\\t' '$3 == \"yes\"'",
    ]).option("--name <text>", "keep packages with this text in their name, in any case"),
  ).action(async (bucket, options) =>
    (await import("../browse/packages.ts")).packages(bucket, options, call),
  );

  const fileSets = addSelectionOptions(
    add("file-sets <bucket>", "file sets of a bucket, newest first", [
      "cfs file-sets bulk-ESG --limit 10",
      "cfs file-sets bulk-ESG --limit 10 --columns name,id",
      "cfs file-sets bulk-ESG --package RFT-ESG-PIT-SDI --status READY",
      'cfs file-sets bulk-ESG --kind init --format csv --series "*-Scores-*" --content-from 7d',
      'cfs file-sets bulk-ESG --attribute "ContentType=ESG Scores" --modified-since 7d --json',
    ])
      .option("--limit <count>", "maximum number of results", readCount)
      .option("--unsorted", "in the service's order, page by page as received")
      .addOption(statusOption()),
  );
  addListingOptions("file-sets", fileSets).action(async (bucket, options) =>
    (await import("../browse/file-sets.ts")).fileSets(bucket, options, call),
  );

  const files = addSelectionOptions(
    add("files <file-set-id...>", "files of file sets, by id or name: name, size, id", [
      "cfs files FILE_SET_ID",
      `cfs files FILE_SET_ID FILE_SET_ID  # ${oneCall}`,
      "cfs files --bucket bulk-ESG NAME --kind delta",
      "cfs file-sets bulk-ESG --modified-since 1d --columns id | cfs files - --json",
      "cfs files FILE_SET_ID --columns name,size --output-format csv",
    ]).addOption(bucketOption()),
  );
  addListingOptions("files", files).action(async (ids, options) =>
    (await import("../browse/files.ts")).files(ids, options, call),
  );

  addLookupOptions(
    add("url <file-id...>", "fresh presigned URLs, for curl or aria2c; they are secrets", [
      'curl -fo part0.csv.gz "$(cfs url FILE_ID)"',
      `cfs url FILE_ID FILE_ID  # ${oneCall}`,
      "cfs files FILE_SET_ID --columns id | cfs url - | aria2c -x8 -i -",
    ]),
  )
    .addOption(jsonOption())
    .action(async (ids, options) => (await import("../browse/url.ts")).url(ids, options, call));

  addLookupOptions(
    add("peek <file-id...>", "the first records of files, fetching only their beginnings", [
      "cfs peek FILE_ID",
      `cfs peek FILE_ID FILE_ID  # ${oneCall}`,
      "cfs peek --bucket bulk-ESG FILE_NAME",
      "cfs peek FILE_ID -n 1000 | cut -d, -f1",
      "cfs peek ZIP_FILE_ID --entry 1",
      "cfs peek FILE_ID --json | jq -c 'select(.n).value'",
    ]),
  )
    .option("-n, --records <count>", "maximum number of records", readCountOrNone, 10)
    .option(
      "--entry <name-or-number>",
      "of a zip: the records of this entry (default: its only one, or a list)",
    )
    .option("--verbose", "report the fetched bytes on standard error")
    .addOption(limitRateOption())
    .addOption(
      new Option(
        "--json",
        'each record as {"n":1,"value":…} (of several files with "fileId"), then what it was: fileId, name, format, records, size, bytesFetched',
      ),
    )
    .action(async (ids, options) => (await import("../browse/peek.ts")).peek(ids, options, call));
}
