import type { Command } from "commander";
import {
  addLookupOptions,
  addSelectionOptions,
  bucketOption,
} from "../resolve/selection-options.ts";
import { type Commands, limitRateOption, readCountOrNone, readFolder } from "./command-builder.ts";
import { addDryRunOptions, addListingOptions, statusOption } from "./listing-options.ts";

const maxDurationHelp = "exit with 8 after this time (30m, 6h); the same call continues";

const checksumsHelp = "list the files in SHA256SUMS, for sha256sum -c and cfs verify";

export function addTransferCommands({ add, call, heading }: Commands): void {
  heading("Download");

  const get = addSelectionOptions(
    add("get [id...]", "download files, and all files of file sets", [
      "cfs get FILE_SET_ID -o data/                       # all its files",
      "cfs get FILE_ID FILE_ID -o data/                   # faster than a loop",
      "cfs get FILE_SET_ID -o data/ --dry-run             # what it would fetch, and where to",
      "cfs get --latest --bucket bulk-ESG --package RFT-ESG-PIT-SDI -o data/ --unpack",
      'cfs get --latest --bucket bulk-ESG --series "*-Scores-Full-v1-Csv" --kind init -o data/',
      "cfs get FILE_SET_ID -o s3://lake/esg               # into an object store, without a disk",
      "cfs get --bucket bulk-ESG NAME                     # a file set or file by its name",
      "cfs file-sets bulk-ESG --modified-since 1d --unsorted --columns id | cfs get - -o data/ --json",
      "cfs get --plan plan.jsonl --shard 3/16             # the third of sixteen parts of a plan",
    ])
      .option(
        "-o, --output <dest>",
        "destination folder, created if missing, or s3://BUCKET/PREFIX (default: this folder, or the plan's)",
      )
      .option("--overwrite", "overwrite existing files")
      .option("--dry-run", "only list what would be fetched, with sizes and the folder")
      .option("--unpack", "also write the content of .gz and .zip files beside them")
      .option("--checksums", checksumsHelp)
      .option("--max-duration <span>", maxDurationHelp)
      .addOption(limitRateOption())
      .option("--latest", "download the newest selected READY file set of --bucket")
      .option("--plan <file>", "download the files of a plan of cfs plan; - reads stdin")
      .option(
        "--shard <i/n>",
        "with --plan: part I of N, from 1 to N, or auto in a task of Kubernetes, Slurm or AWS Batch",
      )
      .addOption(bucketOption())
      .option("--quiet", "no progress on stderr"),
  );
  addDryRunOptions(get).action(async (ids, options, command) =>
    (await import("../transfer/get.ts")).get(ids, quietToo(options, command), call),
  );

  addLookupOptions(
    add("cat <file-id...>", "print files on standard output, verified while they pass", [
      "cfs cat FILE_ID | zcat | head",
      "cfs cat FILE_ID --unpack > part0.csv",
      "cfs cat FILE_ID FILE_ID --unpack | wc -l           # one after the other",
      "cfs cat --bucket bulk-ESG FILE_NAME --unpack | cut -d, -f1",
    ]),
  )
    .option("--unpack", "print what is inside a .gz file or a .zip file of one entry")
    .addOption(limitRateOption())
    .option("--quiet", "no notes on stderr")
    .action(async (ids, options, command) =>
      (await import("../transfer/cat.ts")).cat(ids, quietToo(options, command), call),
    );

  const sync = addSelectionOptions(
    add("sync <bucket>", "bring a folder up to date: fetch what it does not have, nothing twice", [
      "cfs sync bulk-ESG --package RFT-ESG-PIT-SDI -o pit/",
      "cfs sync bulk-ESG --package RFT-ESG-PIT-SDI -o pit/ --content-from 30d --dry-run",
      'cfs sync bulk-ESG --package RFT-ESG-PIT-SDI -o pit/ --kind delta --exclude "*Indicator*"',
      "cfs sync bulk-ESG --package Bulk-ESG-Global-Scores-Full-SchemeB-v1 -o scores/ --latest-init --prune",
      "cfs sync bulk-ESG --package RFT-ESG-PIT-SDI -o pit/ --watch 15m --quiet",
      "cfs sync bulk-ESG --package RFT-ESG-PIT-SDI -o s3://lake/pit",
    ])
      .requiredOption(
        "-o, --output <dest>",
        "folder to bring up to date, created if missing, or s3://BUCKET/PREFIX",
      )
      .option("--latest-init", "only the newest Init of each series and the Deltas after it")
      .option("--verify", "read all files of the folder, and fetch changed ones again")
      .option("--prune", "at the end remove files that it fetched and that are no longer wanted")
      .option("--checksums", checksumsHelp)
      .option("--max-duration <span>", maxDurationHelp)
      .addOption(limitRateOption())
      .option("--watch <span>", "keep running: sync again this long after each run (15m, 6h)")
      .option("--dry-run", "only list what would be fetched, with sizes")
      .option("--quiet", "no progress, notes and summary on stderr")
      .addOption(statusOption()),
  );
  addDryRunOptions(sync).action(async (bucket, options, command) =>
    (await import("../sync/sync.ts")).sync(bucket, quietToo(options, command), call),
  );
  for (const option of sync.options) if (option.long === "--package") option.makeOptionMandatory();

  addSelectionOptions(
    add("watch <bucket>", "like sync, then fetch each file set as soon as it is announced", [
      "cfs watch bulk-ESG --package RFT-ESG-PIT-SDI -o pit/",
      "cfs watch bulk-ESG --package RFT-ESG-PIT-SDI -o pit/ --exec 'load-set \"$CFS_FILE_SET_NAME\"'",
      "cfs watch bulk-ESG --package RFT-ESG-PIT-SDI -o pit/ --json | jq -r 'select(.event == \"saved\").files[].path'",
      "cfs watch bulk-ESG --package RFT-ESG-PIT-SDI -o pit/ --end",
    ])
      .requiredOption(
        "-o, --output <dir>",
        "folder to keep up to date, created if missing",
        readFolder,
      )
      .option(
        "--exec <cmd>",
        "run this shell command after each complete file set: JSON on its standard input, paths in CFS_PATHS",
      )
      .option("--exec-retries <count>", "how many times to retry a failed command", readCountOrNone)
      .addOption(limitRateOption())
      .option("--end", "remove the subscription for this folder and selection, and exit")
      .option("--quiet", "no progress and notes on stderr")
      .option("--json", "one JSON object a line for each event"),
  ).action(async (bucket, options, command) =>
    (await import("../watch/watch.ts")).watch(bucket, quietToo(options, command), call),
  );

  const subscriptions = add(
    "subscriptions [rm] [id]",
    "subscriptions to notifications: list them, or remove one",
    [
      "cfs subscriptions",
      "cfs subscriptions --json | jq -r .subscriptionID",
      "cfs subscriptions rm SUBSCRIPTION_ID",
    ],
  );
  addListingOptions("subscriptions", subscriptions).action(async (_rm, _id, options, command) =>
    (await import("../watch/subscriptions.ts")).subscriptions(command.args, options, call),
  );

  addSelectionOptions(
    add("plan [bucket]", "print what would be fetched, as data for cfs get --plan", [
      "cfs plan bulk-ESG --package RFT-ESG-PIT-SDI -o /data/pit > plan.jsonl",
      "cfs get --plan plan.jsonl                          # all of it",
      "cfs get --plan plan.jsonl --shard auto             # this task's part, in an array of jobs",
      "cfs plan --check plan.jsonl | cfs get --plan -     # what the folder still lacks",
    ])
      .option(
        "-o, --output <dest>",
        "folder that the files go to, on the machines that fetch them, or s3://BUCKET/PREFIX",
      )
      .option(
        "--with-addresses",
        "add an address to each file: workers need no sign-in for some hours, and the plan is a secret",
      )
      .option(
        "--check <file>",
        "print what the folder or store of this plan lacks, as a plan; - reads stdin",
      )
      .option("--size-only", "with --check, compare names and sizes without reading the files")
      .option("--clean", "with --check, end uploads to the object store that are not complete")
      .option("--json", "one JSON object a line, as a plan always is")
      .option("--quiet", "no notes on stderr"),
  ).action(async (bucket, options, command) =>
    (await import("../plan/plan.ts")).plan(bucket, quietToo(options, command), call),
  );

  addSelectionOptions(
    add("expect <bucket>", "check that file sets came in time, whole and without gaps", [
      "cfs expect bulk-ESG --package RFT-ESG-PIT-SDI --max-age 8d",
      "cfs expect bulk-ESG --package RFT-ESG-PIT-SDI -o pit/ --expires-within 2d",
      "cfs expect bulk-ESG --package RFT-ESG-PIT-SDI --max-age 8d --json | jq -r .message",
    ])
      .option("--max-age <span>", "report if the newest READY file set is older (8d, 36h)")
      .option(
        "-o, --output <dir>",
        "with --expires-within: the folder that should have them",
        readFolder,
      )
      .option("--expires-within <span>", "report what expires in this time and DIR does not have")
      .option("--quiet", "print only what is reported")
      .option("--json", "one JSON object for each report: check, fileSetId, name, message"),
  ).action(async (bucket, options, command) =>
    (await import("../browse/expect.ts")).expect(bucket, quietToo(options, command), call),
  );

  add("verify <dir>", "compare the files of a folder with SHA256SUMS or the sync manifest", [
    "cfs verify pit/",
    "cfs verify pit/ --json | jq -r 'select(.status != \"right\") | .name'",
  ])
    .option("--quiet", "no progress and summary on stderr")
    .option("--json", "one JSON object a file: name, path, status (right, missing, differs), how")
    .action(async (dir, options, command) =>
      (await import("../transfer/verify.ts")).verify(dir, quietToo(options, command), call),
    );

  add(
    "table <dir>",
    "make the current table of a series: its newest Init with the Deltas after it",
    [
      "cfs table scores/ -o current.parquet               # ESG scores: the key is known",
      "cfs table rows/ --key Isin,Date -o current.parquet",
      'cfs table esg/ --series "*-Scores-Full-v1-Csv" -o scores.csv.gz',
      "cfs table scores/ -o current.parquet --json | jq .records",
    ],
  )
    .requiredOption("-o, --output <file>", "what to write: .parquet, .csv, .jsonl, or with .gz")
    .option("--key <columns>", "columns that identify a record; its last version is kept")
    .option("--series <glob>", "use the series whose name matches")
    .option("--format <format>", "use the files of this format: csv or jsonl")
    .option("--allow-gap", "make it even if Deltas or the Init are missing")
    .option("--text", "keep numbers and dates of csv as text")
    .option("--quiet", "no notes on stderr")
    .option("--json", "one JSON object: path, series, key, init, deltas, gaps, records, size")
    .action(async (dir, options, command) =>
      (await import("../transfer/current-table.ts")).currentTable(
        dir,
        quietToo(options, command),
        call,
      ),
    );
}

/** `cfs --quiet get` equals `cfs get --quiet`. */
function quietToo<Options extends object>(options: Options, command: Command): Options {
  return { ...options, ...(command.optsWithGlobals()["quiet"] ? { quiet: true } : {}) };
}
