import { once } from "node:events";
import type { FaultName } from "../../domain/fault-names.ts";
import { switchFault } from "../../sandbox/named-faults.ts";
import { startSandbox } from "../../sandbox/sandbox.ts";
import { type Call, createOutput } from "../console/call.ts";

export interface SandboxCommandOptions {
  port?: number;
  json?: boolean;
  /** Active until the sandbox ends. */
  fault?: readonly FaultName[];
}

export async function sandbox(options: SandboxCommandOptions, call: Call): Promise<void> {
  const server = await startSandbox({ port: options.port ?? 0 });
  for (const name of options.fault ?? []) switchFault(server.faults, name);
  try {
    const { host, username, password, appKey, clientId, clientSecret } = server;
    const output = createOutput(call.stdout);
    if (options.json) {
      output.json({ host, username, password, appKey, clientId, clientSecret });
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
  } finally {
    await server.close();
  }
}
