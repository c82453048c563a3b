import { compose, composeTransfers } from "../../source/app/compose.ts";
import { version } from "../../source/base/version.ts";
import { readEnvironment } from "../../source/config/environment.ts";
import type { TerminalProgramParts } from "../../source/ui/parts.ts";
import { FakeStdin, FakeStdout } from "../../test/support/fakes/terminal.ts";

export interface Opened {
  parts: TerminalProgramParts;
  stdin: FakeStdin;
  stdout: FakeStdout;
  close(): Promise<void>;
}

/** The terminal program's own parts over a fake terminal. */
export async function openParts(workingDirectory: string): Promise<Opened> {
  const environment = readEnvironment(process.env);
  const parts = await compose(environment, () => undefined);
  const transfers = composeTransfers(environment, parts, { isInteractive: true });
  const [stdin, stdout] = [new FakeStdin(), new FakeStdout(120, 30)];
  return {
    parts: {
      account: {
        ...parts,
        transfers,
        openPreview: () => Promise.reject(new Error("no journey leads to a preview")),
        openWatch: () => Promise.reject(new Error("no journey leads to a watch")),
        pausedWatches: async () => [],
      },
      bandwidth: parts.bandwidth,
      host: environment.host,
      version,
      workingDirectory,
      notices: [],
      stdin,
      stdout,
      variables: process.env,
      demo: false,
    },
    stdin,
    stdout,
    async close() {
      await transfers.stop();
      await parts.auth.settled();
      await parts.preferences.flush();
      await parts.listingCache.flush();
    },
  };
}
