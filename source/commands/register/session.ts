import { type Commands, jsonOption } from "./command-builder.ts";

export function addSessionCommands({ add, call, heading }: Commands): void {
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

  add("config", "the settings, and who decided each: flag, environment, file or default", [
    "cfs config --show",
    "cfs config --show --json | jq 'select(.origin == \"file\")'",
  ])
    .option("--show", "show them; without it too")
    .addOption(jsonOption())
    .action(async (_, command) =>
      (await import("../session/config.ts")).config(command.optsWithGlobals(), call),
    );
}
