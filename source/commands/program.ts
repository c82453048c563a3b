import { Command, InvalidArgumentError, Option } from "commander";
import { version } from "../version.ts";
import type { Call } from "./call.ts";

/** What the words of a call lead to. */
export interface Doors {
  call: Call;
  /** Opens the terminal program, on a bucket's packages where one is named. */
  openTerminalProgram(bucket: string | undefined): Promise<void>;
}

const momentHelp = "ISO 8601 date or time, or a span back from now (7d, 36h)";

/** All commands with their words; what a command does is loaded when it runs. */
export function buildProgram({ call, openTerminalProgram }: Doors): Command {
  const program = new Command("cfs")
    .description(
      "Browse and pull files of LSEG's Client File Store. Without a command: the terminal program.",
    )
    .argument("[bucket]", "open the terminal program on this bucket's packages")
    .option(
      "--demo",
      "against the embedded sandbox, already signed in (--demo=slow: slow enough to watch)",
    )
    .version(version, "-V, --version")
    .helpOption("-h, --help")
    .helpCommand("help [command]", "help for a command")
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => call.stdout.write(text),
      writeErr: (text) => call.stderr.write(text),
    })
    .addHelpText(
      "after",
      `
Examples:
  $ cfs                                    the terminal program
  $ cfs bulk-ESG                           the same, opened on that bucket
  $ cfs --demo                             the same, against the embedded sandbox
  $ cfs file-sets bulk-ESG --modified-since 7d --json
  $ cfs get FILE_SET_ID -o data/`,
    )
    .action((bucket: string | undefined) => openTerminalProgram(bucket));

  const json = () =>
    new Option("--json", "one JSON object a line, with the service's own field names");
  const command = (words: string, description: string) =>
    program.command(words).description(description);

  command("login", "sign in and keep the refresh token")
    .option("--username <name>", "machine id or user id")
    .option("--app-key <key>", "app key")
    .option("--password-stdin", "read the password from standard input")
    .option("--take-over", "end another program's session of this id")
    .action(async (options) => (await import("./login.ts")).login(options, call));

  command("logout", "revoke at the service, forget on disk").action(async () =>
    (await import("./logout.ts")).logout(call),
  );

  command("status", "who is signed in, where, until when")
    .addOption(json())
    .action(async (options) => (await import("./status.ts")).status(options, call));

  command("buckets", "known content sets, buckets used before, and those the service lists")
    .addOption(json())
    .action(async (options) => (await import("./buckets.ts")).buckets(options, call));

  command("packages <bucket>", "packages of a bucket")
    .option("--name <text>", "only those with this text in their name")
    .addOption(json())
    .action(async (bucket, options) =>
      (await import("./packages.ts")).packages(bucket, options, call),
    );

  addFileSetOptions(command("file-sets <bucket>", "file sets of a bucket, newest first"))
    .option("--limit <count>", "at most so many", readCount)
    .addOption(json())
    .action(async (bucket, options) =>
      (await import("./file-sets.ts")).fileSets(bucket, options, call),
    );

  command("files <file-set-id>", "files of a file set: name, size, id")
    .addOption(json())
    .action(async (id, options) => (await import("./files.ts")).files(id, options, call));

  command("url <file-id>", "a fresh presigned URL, for curl or aria2c; it is a secret")
    .addOption(json())
    .action(async (id, options) => (await import("./url.ts")).url(id, options, call));

  command("get <id...>", "download files, and all files of file sets")
    .option("-o, --output <dir>", "folder to put them in (default: this one)")
    .option("--overwrite", "replace files that are there already")
    .addOption(json())
    .action(async (ids, options) => (await import("./get.ts")).get(ids, options, call));

  command("sandbox", "the embedded sandbox as a server on 127.0.0.1")
    .option("--port <number>", "port to listen on (default: any)", readPort)
    .option("--json", "host, username, password and app key as one JSON object")
    .action(async (options) => (await import("./sandbox.ts")).sandbox(options, call));

  return program;
}

function addFileSetOptions(command: Command): Command {
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

function collect(value: string, previous: string[] | undefined): string[] {
  return [...(previous ?? []), value];
}

function readCount(text: string): number {
  const count = Number(text);
  if (Number.isSafeInteger(count) && count >= 1) return count;
  throw new InvalidArgumentError("It is not a whole number of at least 1.");
}

function readPort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new InvalidArgumentError("It is not a port number from 0 to 65535.");
}
