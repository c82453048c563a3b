import { faultNames } from "../../domain/fault-names.ts";
import { type Commands, withWordList } from "./command-builder.ts";
import { readFault, readPort } from "./option-values.ts";

export function addToolCommands({ add, hide, call, heading }: Commands): void {
  heading("Tools");

  add(
    "doctor",
    "look at Node, terminal, settings, folders and network: what is wrong, what to do",
    [
      "cfs doctor",
      "cfs --ca-file company.pem doctor",
      "cfs doctor --json | jq -r 'select(.status == \"problem\") | .found'",
    ],
  )
    .option("--json", "one JSON object a line: check, status, found, advice, exitCode")
    .action(async (_, command) =>
      (await import("../tools/doctor.ts")).doctor(command.optsWithGlobals(), call),
    );

  const sandbox = add("sandbox", "the embedded sandbox as a server on 127.0.0.1", [
    "cfs sandbox",
    "cfs sandbox --port 8080 --json",
    "cfs sandbox --fault slow --fault url-expired",
  ]);
  withWordList(sandbox, { heading: "Faults", meanings: faultNames })
    .option("--port <number>", "port to listen on (default: any)", readPort)
    .option("--json", "host, username, password and app key as one JSON object")
    .option("--fault <fault>", "what goes wrong, by its name; may be repeated", readFault)
    .action(async (options) => (await import("../tools/sandbox.ts")).sandbox(options, call));

  add("completion <shell>", "what bash, zsh or fish need to complete commands, options and names", [
    "source <(cfs completion bash)                      for this bash",
    "cfs completion bash > ~/.local/share/bash-completion/completions/cfs",
    "cfs completion zsh > ~/.zfunc/_cfs                 where ~/.zfunc is in $fpath",
    "cfs completion fish > ~/.config/fish/completions/cfs.fish",
  ]).action(async (shell, _, command) =>
    (await import("../completion/completion.ts")).completion(shell, command, call),
  );

  hide("names <kind> [bucket]").action(async (kind, bucket) =>
    (await import("../completion/names.ts")).names(kind, bucket, call),
  );
}
