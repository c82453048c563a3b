/** Variables that are set together, and their meaning. */
export interface VariableRecord {
  names: readonly string[];
  /** Shown in help, the manual and the documents. */
  meaning: string;
}

/** Every variable that users may set, in display order. */
export const variableRecords: readonly VariableRecord[] = [
  {
    names: ["RDP_USERNAME", "RDP_PASSWORD", "RDP_APP_KEY"],
    meaning: "credentials, v1 (password grant)",
  },
  {
    names: ["RDP_CLIENT_ID", "RDP_CLIENT_SECRET"],
    meaning: "credentials, v2 (client credentials)",
  },
  {
    names: ["CFS_TOKEN_COMMAND"],
    meaning:
      'a command that prints {"access_token","expires_in"}, such as ssh HOST cfs token --json; cfs then never signs in',
  },
  {
    names: ["RDP_HOST"],
    meaning: "the service (https://api.refinitiv.com); plain http to this machine only",
  },
  {
    names: ["CFS_CONFIG_DIR"],
    meaning: "folder of the settings file, with the cache of visited lists below it",
  },
  { names: ["CFS_PROFILE"], meaning: "the account to use, as --profile" },
  { names: ["CFS_JOBS"], meaning: "files at a time" },
  { names: ["CFS_CONNECTIONS"], meaning: "connections in all" },
  {
    names: ["CFS_LIMIT_RATE"],
    meaning:
      "the rate of all connections together (20M, 500k), or times of day with rates (08:00-18:00 5M)",
  },
  {
    names: ["CFS_RETRY_DELAY"],
    meaning: "seconds before the first retry of an object that does not exist yet (10)",
  },
  {
    names: ["CFS_STALL_TIMEOUT"],
    meaning:
      "seconds without a byte before a download is retried (30); a command retries eight times, for 51 seconds at most",
  },
  { names: ["CFS_REQUEST_TIMEOUT"], meaning: "seconds for an API answer (30)" },
  {
    names: ["CFS_SHARDS"],
    meaning:
      "number of shards for cfs get --shard auto, with tasks numbered from 0; Slurm and AWS Batch set their own",
  },
  {
    names: ["CFS_SANDBOX_PID"],
    meaning: "set by cfs sandbox --env: kill $CFS_SANDBOX_PID ends the sandbox",
  },
  {
    names: ["CFS_DEBUG"],
    meaning:
      "1: reports requests, retries and where errors come from, without secrets, on stderr; beside the screens in debug.log in the cache folder",
  },
  { names: ["CFS_DEBUG_FILE"], meaning: "the same into this file, which only its owner can read" },
  {
    names: ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"],
    meaning: "the proxy, http://HOST:PORT or http://NAME:PASSWORD@HOST:PORT",
  },
  {
    names: ["NO_PROXY"],
    meaning: "hosts, networks and names to connect to directly, separated by commas",
  },
  {
    names: ["NODE_EXTRA_CA_CERTS"],
    meaning: "certificates (PEM) of a network that inspects TLS",
  },
  {
    names: ["NO_COLOR"],
    meaning: "no colours; cursor, marks and errors stay visible",
  },
  {
    names: ["ACCESSIBLE"],
    meaning: "1: lines of text for a screen reader in place of screens, as --accessible",
  },
];
