import { type Command, Option } from "commander";
import { faultNames } from "../../domain/fault-names.ts";
import {
  addPlaceOptions,
  addSelectionOptions,
  bucketOption,
} from "../resolve/selection-options.ts";
import {
  type Commands,
  jsonOption,
  limitRateOption,
  readCount,
  readCountOrNone,
  readFault,
  readPort,
  withWordList,
} from "./command-builder.ts";
import { addDryRunOptions, addListingOptions } from "./listing-options.ts";

/** Adds every command but help, in the order of the help; actions load their code when they run. */
export function addCommands(commands: Commands): void {
  addSessionCommands(commands);
  addListingCommands(commands);
  addTransferCommands(commands);
  addToolCommands(commands);
}

function addSessionCommands({ add, call, heading }: Commands): void {
  heading("Session");

  add("login", "sign in and keep the refresh token", [
    "cfs login                                          asks for what it needs",
    "cfs login --username GE-A-01234567-8-9012 --app-key KEY --password-stdin < password.txt",
    "RDP_USERNAME=U RDP_PASSWORD=P RDP_APP_KEY=K cfs login --take-over",
  ])
    .option("--username <name>", "machine id or user id")
    .option("--app-key <key>", "app key")
    .option("--password-stdin", "read the password from the first line of standard input")
    .option("--take-over", "end another program's session of this id")
    .action(async (options) => (await import("../session/login.ts")).login(options, call));

  add("logout", "revoke at the service, forget on disk", ["cfs logout"]).action(async () =>
    (await import("../session/logout.ts")).logout(call),
  );

  add("status", "who is signed in, where, until when", [
    "cfs status",
    "cfs status --json | jq -r .expires",
    "cfs status >/dev/null 2>&1 || cfs login",
  ])
    .addOption(jsonOption())
    .action(async (options) => (await import("../session/status.ts")).status(options, call));

  add("token", "print a valid access token, for CFS_TOKEN_COMMAND of another process", [
    "cfs token --json | jq .expires_in",
    "CFS_TOKEN_COMMAND='ssh head cfs token --json' cfs get FILE_ID",
  ])
    .option("--yes", "print it to a terminal too")
    .option("--json", 'as {"access_token","expires_in"}')
    .action(async (options) => (await import("../session/token.ts")).token(options, call));

  const profiles = add(
    "profiles [rm] [name]",
    "the accounts that are kept, or sign one out and remove it",
    [
      "cfs profiles",
      "cfs --profile archive login                        keeps an account of that name",
      "cfs --profile archive packages bulk-ESG            uses it; so does CFS_PROFILE=archive",
      "cfs profiles rm archive",
    ],
  );
  addListingOptions("profiles", profiles).action(async (_action, _name, _options, command) =>
    (await import("../session/profiles.ts")).profiles(command.args, command.opts(), call),
  );

  const config = add(
    "config [set|unset] [key] [value]",
    "show settings and the source of each value, or change one",
    [
      "cfs config",
      "cfs config --show --json | jq 'select(.origin == \"file\")'",
      "cfs config --columns setting,from",
      "cfs config set theme light",
      "cfs config unset theme                             the default again",
    ],
  ).option("--show", "show settings (default)");
  addListingOptions("settings", config).action(async (_action, _key, _value, _options, command) =>
    (await import("../session/config.ts")).config(command.args, command.optsWithGlobals(), call),
  );
}

function statusOption(): Option {
  return new Option("--status <status>", "keep file sets with this status: READY or PENDING");
}

const oneCall = "one sign-in: faster than a loop";

function addListingCommands({ add, call, heading }: Commands): void {
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
      `cfs files FILE_SET_ID FILE_SET_ID  ${oneCall}`,
      "cfs files --bucket bulk-ESG NAME --kind delta",
      "cfs file-sets bulk-ESG --modified-since 1d --columns id | cfs files - --json",
      "cfs files FILE_SET_ID --columns name,size --output-format csv",
    ]).addOption(bucketOption()),
  );
  addListingOptions("files", files).action(async (ids, options) =>
    (await import("../browse/files.ts")).files(ids, options, call),
  );

  addPlaceOptions(
    add("url <file-id...>", "fresh presigned URLs, for curl or aria2c; they are secrets", [
      'curl -fo part0.csv.gz "$(cfs url FILE_ID)"',
      `cfs url FILE_ID FILE_ID  ${oneCall}`,
      "cfs files FILE_SET_ID --columns id | cfs url - | aria2c -x8 -i -",
    ]),
  )
    .addOption(jsonOption())
    .action(async (ids, options) => (await import("../browse/url.ts")).url(ids, options, call));

  addPlaceOptions(
    add("peek <file-id...>", "the first records of files, fetching only their beginnings", [
      "cfs peek FILE_ID",
      `cfs peek FILE_ID FILE_ID  ${oneCall}`,
      "cfs peek --bucket bulk-ESG FILE_NAME",
      "cfs peek FILE_ID -n 1000 | cut -d, -f1",
      "cfs peek ZIP_FILE_ID --entry 1",
      "cfs peek FILE_ID --json | jq -c 'select(.n).value'",
    ]),
  )
    .option("-n, --records <count>", "maximum number of records", readCountOrNone, 10)
    .option("--entry <name-or-number>", "of a zip: the records of this entry, not its listing")
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

function addTransferCommands({ add, call, heading }: Commands): void {
  heading("Download");

  const get = addSelectionOptions(
    add("get [id...]", "download files, and all files of file sets", [
      "cfs get FILE_SET_ID -o data/                       all its files",
      "cfs get FILE_ID FILE_ID -o data/                   faster than a loop",
      "cfs get FILE_SET_ID -o data/ --dry-run             what it would fetch, and where to",
      "cfs get --latest --bucket bulk-ESG --package RFT-ESG-PIT-SDI -o data/ --unpack",
      'cfs get --latest --bucket bulk-ESG --series "*-Scores-Full-v1-Csv" --kind init -o data/',
      "cfs get --bucket bulk-ESG NAME                     a file set or file by its name",
      "cfs file-sets bulk-ESG --modified-since 1d --unsorted --columns id | cfs get - -o data/ --json",
      "cfs get --plan plan.jsonl --shard 3/16             the third of sixteen parts of a plan",
    ])
      .option(
        "-o, --output <dir>",
        "destination folder, created if missing (default: the current one, or the plan's)",
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

  addPlaceOptions(
    add("cat <file-id...>", "print files on standard output, verified while they pass", [
      "cfs cat FILE_ID | zcat | head",
      "cfs cat FILE_ID --unpack > part0.csv",
      "cfs cat FILE_ID FILE_ID --unpack | wc -l           one after the other",
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
    ])
      .requiredOption("-o, --output <dir>", "folder to bring up to date, created if missing")
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
      .requiredOption("-o, --output <dir>", "folder to keep up to date, created if missing")
      .option(
        "--exec <cmd>",
        "run this shell command after each complete file set: JSON on its standard input, paths in CFS_PATHS",
      )
      .option("--exec-retries <count>", "run a failed command again this often", readCountOrNone)
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
      "cfs get --plan plan.jsonl                          all of it",
      "cfs get --plan plan.jsonl --shard auto             this task's part, in an array of jobs",
      "cfs plan --check plan.jsonl | cfs get --plan -     what the folder still lacks",
    ])
      .option("-o, --output <dir>", "folder that the files go to, on the machines that fetch them")
      .option(
        "--with-addresses",
        "add an address to each file: workers need no sign-in for some hours, and the plan is a secret",
      )
      .option(
        "--check <file>",
        "print what the folder of this plan lacks, as a plan; - reads stdin",
      )
      .option("--size-only", "with --check, compare names and sizes without reading the files")
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
      .option("-o, --output <dir>", "with --expires-within: the folder that should have them")
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
      "cfs table scores/ -o current.parquet               ESG scores: the key is known",
      "cfs table rows/ --key Isin,Date -o current.parquet",
      'cfs table esg/ --series "*-Scores-Full-v1-Csv" -o scores.csv.gz',
      "cfs table scores/ -o current.parquet --json | jq .records",
    ],
  )
    .requiredOption("-o, --output <file>", "what to write: .parquet, .csv, .jsonl, or with .gz")
    .option("--key <columns>", "columns that identify a record; its last version is kept")
    .option("--series <glob>", "use the series whose name matches")
    .option("--format <format>", "use the files of this format: csv or jsonl")
    .option("--allow-gap", "make it although Deltas or the Init are missing")
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

const maxDurationHelp = "end with 8 after this time (30m, 6h); the same call continues";

const checksumsHelp = "list the files in SHA256SUMS, for sha256sum -c and cfs verify";

/** `cfs --quiet get` equals `cfs get --quiet`. */
function quietToo<Options extends object>(options: Options, command: Command): Options {
  return { ...options, ...(command.optsWithGlobals()["quiet"] ? { quiet: true } : {}) };
}

const sandboxHelp =
  "the embedded sandbox as a server on 127.0.0.1, or publish a file set in a running one";

function addToolCommands({ add, hide, call, heading }: Commands): void {
  heading("Tools");

  add("doctor", "check Node, terminal, settings, folders and network, and say what to do", [
    "cfs doctor",
    "cfs --ca-file company.pem doctor",
    "cfs doctor --push",
    "cfs doctor --json | jq -r 'select(.status == \"problem\") | .found'",
  ])
    .option("--push", "also check the host of the queues of cfs watch")
    .option("--json", "one JSON object a line: check, status, found, advice, exitCode")
    .action(async (_, command) =>
      (await import("../tools/doctor.ts")).doctor(command.optsWithGlobals(), call),
    );

  const sandbox = add("sandbox [publish] [package]", sandboxHelp, [
    "cfs sandbox",
    "cfs sandbox --port 8080 --json",
    'eval "$(cfs sandbox --env)"      in the background, for this shell',
    "kill $CFS_SANDBOX_PID            ends it",
    "cfs sandbox --fault slow --fault url-expired",
    "cfs sandbox publish RFT-ESG-PIT-SDI             in the sandbox of RDP_HOST",
    "cfs sandbox publish RFT-ESG-PIT-SDI --port 8080 --count 20",
  ]);
  withWordList(sandbox, { heading: "Faults", meanings: faultNames })
    .option(
      "--port <number>",
      "port of the sandbox (default: any, to publish that of RDP_HOST)",
      readPort,
    )
    .option("--count <count>", "how many file sets to publish (1)", readCount)
    .option("--json", "host, username, password and app key, or each published file set, as JSON")
    .addOption(
      new Option(
        "--env",
        "start it in the background and print the variables of calls to it, for eval; it ends with kill $CFS_SANDBOX_PID, or after an hour without a request",
      ).conflicts("json"),
    )
    .addOption(new Option("--background").hideHelp())
    .option("--fault <fault>", "what goes wrong, by its name; may be repeated", readFault)
    .action(async (_action, _package, options, { args }) => {
      if (args.length === 0 && options.count === undefined)
        return (await import("../tools/sandbox.ts")).sandbox(options, call);
      return (await import("../tools/publish.ts")).publish(args, options, call);
    });

  add("completion <shell>", "print the completion script for bash, zsh or fish", [
    "source <(cfs completion bash)                      for this bash",
    "cfs completion bash > ~/.local/share/bash-completion/completions/cfs",
    "cfs completion zsh > ~/.zfunc/_cfs                 where ~/.zfunc is in $fpath",
    "cfs completion fish > ~/.config/fish/completions/cfs.fish",
  ]).action(async (shell, _, command) =>
    (await import("../completion/completion.ts")).completion(shell, command, call),
  );

  add("schema [name]", "print the JSON Schema of a plan or of a --json output", [
    "cfs schema                                         the names",
    "cfs schema plan > plan.schema.json",
    "cfs schema get | jq .required",
  ]).action(async (name) => (await import("../tools/schema.ts")).schema(name, call));

  hide("names <kind> [bucket]").action(async (kind, bucket) =>
    (await import("../completion/names.ts")).names(kind, bucket, call),
  );
}
