import { once } from "node:events";
import { startSandbox } from "../sandbox/sandbox.ts";
import type { Call } from "./call.ts";
import { createOutput } from "./output.ts";

export interface SandboxCommandOptions {
  port?: number;
  json?: boolean;
}

/** `cfs sandbox`: serves until it is interrupted. */
export async function sandbox(options: SandboxCommandOptions, call: Call): Promise<void> {
  const server = await startSandbox({ port: options.port ?? 0 });
  try {
    const { host, username, password, appKey } = server;
    const output = createOutput(call.stdout);
    if (options.json) {
      output.json({ host, username, password, appKey });
    } else {
      output.table([
        ["RDP_HOST", host],
        ["RDP_USERNAME", username],
        ["RDP_PASSWORD", password],
        ["RDP_APP_KEY", appKey],
      ]);
      call.stderr.write("The sandbox is up; ^C ends it.\n");
    }
    if (!call.signal.aborted) await once(call.signal, "abort");
  } finally {
    await server.close();
  }
}
