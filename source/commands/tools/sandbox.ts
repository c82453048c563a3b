import { spawn } from "node:child_process";
import { once } from "node:events";
import { ownProgram } from "../../app/built-assets.ts";
import { makeDemoFolder, removeDemoFolder } from "../../app/demo.ts";
import { AppError, errnoOf, exitCodes } from "../../base/errors.ts";
import type { FaultName } from "../../domain/fault-names.ts";
import { switchFault } from "../../sandbox/named-faults.ts";
import { type Sandbox, startSandbox } from "../../sandbox/sandbox.ts";
import { type Call, createOutput } from "../console/call.ts";
import type { SandboxJson } from "../console/json-records.ts";
import { untilIdle } from "./until-idle.ts";

export interface SandboxCommandOptions {
  port?: number;
  json?: boolean;
  /** Starts a sandbox in the background and prints the variables that lead calls to it. */
  env?: boolean;
  /** This is the sandbox in the background. */
  background?: boolean;
  /** Active until the sandbox ends. */
  fault?: readonly FaultName[];
}

/** It ends within twice this time after the last request. */
const idleMs = 1_800_000;

/**
 * `cfs sandbox`. Resolves when the call is interrupted, or with `--env` once it runs in the background. Rejects
 * with an AppError, of kind usage if the port is in use.
 */
export async function sandbox(options: SandboxCommandOptions, call: Call): Promise<void> {
  const { port = 0, fault = [] } = options;
  if (options.env) {
    const faults = fault.flatMap((name) => ["--fault", name]);
    return startInBackground(["--port", String(port), ...faults], call);
  }
  const server = await startSandbox({ port }).catch((thrown: unknown) => {
    throw errnoOf(thrown) === "EADDRINUSE" ? portInUse(port, thrown) : thrown;
  });
  for (const name of fault) switchFault(server.faults, name);
  try {
    if (options.background) await serveInBackground(server, call);
    else await serve(server, options, call);
  } finally {
    await server.close();
  }
}

function portInUse(port: number, cause: unknown): AppError {
  return new AppError({
    kind: "usage",
    tried: "Starting the sandbox",
    answered: `port ${port} is in use`,
    advice: "Choose another one with --port.",
    cause,
  });
}

async function serve(server: Sandbox, { json }: SandboxCommandOptions, call: Call): Promise<void> {
  const { host, username, password, appKey, clientId, clientSecret } = server;
  const output = createOutput(call.stdout);
  if (json) {
    const account = { host, username, password, appKey, clientId, clientSecret };
    output.json(account satisfies SandboxJson);
  } else {
    output.pairs([
      ["RDP_HOST", host],
      ["RDP_USERNAME", username],
      ["RDP_PASSWORD", password],
      ["RDP_APP_KEY", appKey],
      ["RDP_CLIENT_ID", clientId],
      ["RDP_CLIENT_SECRET", clientSecret],
    ]);
    call.stderr.write("The sandbox is up; ^C ends it.\n");
  }
  if (!call.signal.aborted) await once(call.signal, "abort");
}

/** Prints the variables as one text, because the reader goes away after it. */
async function serveInBackground(server: Sandbox, call: Call): Promise<void> {
  const { host, username, password, appKey } = server;
  const directory = makeDemoFolder();
  try {
    const variables = {
      RDP_HOST: host,
      RDP_USERNAME: username,
      RDP_PASSWORD: password,
      RDP_APP_KEY: appKey,
      CFS_CONFIG_DIR: directory,
      CFS_SANDBOX_PID: String(process.pid),
    };
    const lines = Object.entries(variables).map(
      ([name, value]) => `export ${name}='${value.replaceAll("'", "'\\''")}';`,
    );
    call.stdout.write(`${lines.join("\n")}\n`);
    await untilIdle(server.requests, idleMs, call.signal);
  } finally {
    await removeDemoFolder(directory);
  }
}

/** Starts `cfs sandbox --background`, which outlives this call, and prints what it prints. */
async function startInBackground(options: readonly string[], call: Call): Promise<void> {
  const [file, words] = ownProgram();
  const child = spawn(file, [...words, "sandbox", "--background", ...options], {
    // The shell's ^C must not end it, and `eval "$(…)"` would wait for every process that holds its pipe.
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  let complaint = "";
  child.stderr.on("data", (chunk) => {
    complaint += String(chunk);
  });
  const problem = await new Promise<AppError | undefined>((resolve) => {
    child.once("error", ({ message }) => resolve(startFailure(message)));
    child.once("close", (code) => resolve(endedAtOnce(code, complaint)));
    child.stdout.on("data", (chunk) => {
      printed += String(chunk);
      if (printed.endsWith("\n")) resolve(undefined);
    });
  });
  child.removeAllListeners();
  child.stdout.destroy();
  child.stderr.destroy();
  child.unref();
  if (problem === undefined) {
    call.stdout.write(printed);
    return;
  }
  throw problem;
}

/** A usage error of the sandbox in the background is one of this call, because it has the same options. */
function endedAtOnce(code: number | null, complaint: string): AppError {
  const words = complaint.replace(/^cfs: /, "").trim();
  const [tried = "", answered] = words.split(/: (.*)/s);
  return code === exitCodes.usage && answered !== undefined
    ? new AppError({ kind: "usage", tried, answered })
    : startFailure(words || "it ended at once");
}

function startFailure(answered: string): AppError {
  return new AppError({
    kind: "unexpected",
    tried: "Starting the sandbox in the background",
    answered,
    advice: "Start it with cfs sandbox to see more.",
  });
}
