import { Option } from "commander";
import { faultNames } from "../../domain/fault-names.ts";
import { type Commands, readCount, readFault, readPort, withWordList } from "./command-builder.ts";

const sandboxHelp =
  "the embedded sandbox as a server on 127.0.0.1, or publish a file set in a running one";

export function addToolCommands({ add, hide, call, heading }: Commands): void {
  heading("Tools");

  add("doctor", "check Node, terminal, settings, folders and network, and say what to do", [
    "cfs doctor",
    "cfs --ca-file company.pem doctor",
    "cfs doctor --push",
    "cfs doctor --json | jq -r 'select(.status == \"problem\") | .found'",
  ])
    .option("--push", "sign in, and also check the queues of cfs watch, without taking a message")
    .option("--json", "one JSON object a line: check, status, found, advice, exitCode")
    .action(async (_, command) =>
      (await import("../tools/doctor.ts")).doctor(command.optsWithGlobals(), call),
    );

  const sandbox = add("sandbox [publish] [package]", sandboxHelp, [
    "cfs sandbox",
    "cfs sandbox --port 8080 --json",
    'eval "$(cfs sandbox --env)"      # in the background, for this shell',
    "kill $CFS_SANDBOX_PID            # ends it",
    "cfs sandbox --fault slow --fault url-expired",
    "cfs sandbox publish RFT-ESG-PIT-SDI             # in the sandbox of RDP_HOST",
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
    "source <(cfs completion bash)                      # for this bash",
    "cfs completion bash > ~/.local/share/bash-completion/completions/cfs",
    "cfs completion zsh > ~/.zfunc/_cfs                 # where ~/.zfunc is in $fpath",
    "cfs completion fish > ~/.config/fish/completions/cfs.fish",
  ]).action(async (shell, _, command) =>
    (await import("../completion/completion.ts")).completion(shell, command, call),
  );

  add("schema [name]", "print the JSON Schema of a plan or of a --json output", [
    "cfs schema                                         # the names",
    "cfs schema plan > plan.schema.json",
    "cfs schema get | jq .required",
  ]).action(async (name) => (await import("../tools/schema.ts")).schema(name, call));

  hide("names <kind> [bucket]").action(async (kind, bucket) =>
    (await import("../completion/names.ts")).names(kind, bucket, call),
  );
}
