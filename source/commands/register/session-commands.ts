import { type Commands, jsonOption } from "./command-builder.ts";
import { addListingOptions } from "./listing-options.ts";

export function addSessionCommands({ add, call, heading }: Commands): void {
  heading("Session");

  add("login", "sign in and keep the refresh token", [
    "cfs login                                          # asks for what it needs",
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
      "cfs --profile archive login                        # keeps an account of that name",
      "cfs --profile archive packages bulk-ESG            # uses it; so does CFS_PROFILE=archive",
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
      "cfs config unset theme                             # the default again",
    ],
  ).option("--show", "show settings (default)");
  addListingOptions("settings", config).action(async (_action, _key, _value, _options, command) =>
    (await import("../session/config.ts")).config(command.args, command.optsWithGlobals(), call),
  );
}
