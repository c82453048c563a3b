import { Command } from "commander";
import { version } from "../base/version.ts";
import type { EnvironmentFlags } from "../config/environment.ts";
import type { SettingFlags } from "../config/settings.ts";
import { knownBuckets } from "../domain/content-sets.ts";
import type { Call } from "./console/call.ts";
import { closestCommand, toUsageError, unknownCommand, usageError } from "./console/usage-error.ts";
import {
  type Commands,
  createCommands,
  readProfileName,
  refuseEmpty,
  withExamples,
} from "./register/command-builder.ts";
import { addListingCommands } from "./register/listing-commands.ts";
import { addSessionCommands } from "./register/session-commands.ts";
import { addToolCommands } from "./register/tool-commands.ts";
import { addTransferCommands } from "./register/transfer-commands.ts";

export interface StartFlags extends SettingFlags {
  /** Resumes nothing of the last run. */
  fresh?: boolean;
}

/** The parts of the process that the command line uses. */
export interface CommandHost {
  call: Call;
  /** Applies the flags of a valid call. */
  applyFlags(flags: EnvironmentFlags): void;
  ready(): Promise<void>;
  /** Opens at a bucket's packages or a package's file sets if `place` is given. */
  openTerminalProgram(place: string | undefined, flags: StartFlags): Promise<void>;
}

/** The maximum width of help. */
const helpCells = 80;

/** All commands with their options; actions load their code when they run. */
export function buildProgram({
  call,
  ready,
  openTerminalProgram,
  applyFlags,
}: CommandHost): Command {
  const program = new Command("cfs");
  program
    .description(
      "Browse and pull files of LSEG's Client File Store. Without a command: the terminal program.",
    )
    .argument("[bucket]", "open the terminal program there: a bucket, or a bucket/package")
    .option(
      "--fresh",
      "start at the first screen, without the path, filters, sorts and folder of last time",
    )
    .option("--no-color", "no colours in the terminal program")
    .option("--accessible", "lines of text for a screen reader in place of screens")
    .option("--quiet", "no bell and no message when downloads finish")
    .option(
      "--ca-file <file>",
      "before any command: also trust the certificates (PEM) in this file, for a network that inspects TLS",
    )
    .option("--profile <profile>", "before any command: use this account", readProfileName)
    .option(
      "--demo",
      "before any command: against the embedded sandbox, already signed in (--demo=slow: slow enough to watch)",
    )
    .version(version, "-V, --version")
    .helpOption("-h, --help")
    .helpCommand(false)
    .enablePositionalOptions()
    .showSuggestionAfterError(false)
    .exitOverride((error) => {
      throw error.exitCode === 0 ? error : toUsageError(error, program);
    })
    .configureOutput({
      writeOut: (text) => call.stdout.write(text),
      writeErr: (text) => call.stderr.write(text),
      outputError: () => undefined,
      getOutHelpWidth: () => Math.min(helpCells, call.stdout.columns || helpCells),
    })
    .hook("preAction", async (_, command) => {
      applyFlags(program.opts<EnvironmentFlags>());
      // The terminal program draws its first screen before it waits.
      if (command !== program) await ready();
    })
    .action((place: string | undefined, flags: StartFlags) => {
      refuseEmpty(program);
      if (place !== undefined) refuseMisspelt(place, program);
      return openTerminalProgram(place, flags);
    });

  withExamples(program, [
    "cfs                                    # the terminal program",
    "cfs bulk-ESG                           # the same, opened on that bucket",
    "cfs bulk-ESG/Bulk-ESG-Global           # the same, opened on that package",
    "cfs --demo                             # the same, against the embedded sandbox",
    "cfs file-sets bulk-ESG --modified-since 7d --json",
    "cfs get FILE_SET_ID -o data/",
  ]);

  const commands = createCommands(program, call);
  addCommands(commands);
  commands
    .add("help [command]", "help for a command, or for environment or exit-codes", [
      "cfs help",
      "cfs help get",
      "cfs help environment                   # every variable",
      "cfs help exit-codes                    # what a script can rely on",
    ])
    .action((name: string | undefined) => showHelp(name, program));
  return program;
}

/** A misspelt command would otherwise be taken for a bucket. */
function refuseMisspelt(bucket: string, program: Command): void {
  const isKnown = knownBuckets().some(
    ({ bucket: name }) => name.toLowerCase() === bucket.toLowerCase(),
  );
  const closest = isKnown ? undefined : closestCommand(bucket, program);
  if (closest === undefined) return;
  throw usageError(
    `unknown command "${bucket}" (did you mean ${closest}? For a bucket of that name: cfs packages ${bucket})`,
    program,
  );
}

async function showHelp(name: string | undefined, program: Command): Promise<void> {
  const found = program.commands.find((command) => command.name() === name);
  if (name === undefined || found !== undefined) return (found ?? program).outputHelp();
  const { topicText } = await import("./tools/help-topics.ts");
  const text = topicText(name, program);
  if (text === undefined) throw unknownCommand(name, program);
  program.configureOutput().writeOut?.(text);
}

/** Adds every command but help, in the order of the help; actions load their code when they run. */
function addCommands(commands: Commands): void {
  addSessionCommands(commands);
  addListingCommands(commands);
  addTransferCommands(commands);
  addToolCommands(commands);
}
