import { requestsAtATime } from "../../api/service.ts";
import { transferSettings } from "../../app/compose.ts";
import { mapConcurrently } from "../../base/concurrency.ts";
import { AppError } from "../../base/errors.ts";
import type { LimitRate } from "../../base/limit-rate.ts";
import { systemClock } from "../../base/waiting.ts";
import { toTransferFile } from "../../domain/entities.ts";
import { createFileStreams } from "../../stream/file-streams.ts";
import type { VerifiedBy } from "../../transfer/engine.ts";
import type { Call } from "../console/call.ts";
import { createMessages } from "../console/messages.ts";
import { resultOrFailure } from "../console/reported-failures.ts";
import { applyTransferSettings } from "../console/transfer-settings.ts";
import { withSession } from "../console/with-session.ts";
import { type LookupOptions, readLookupFilter } from "../resolve/file-set-filter.ts";
import { fileTargets } from "../resolve/file-targets.ts";
import { createCatOutput } from "./cat-output.ts";

export interface CatOptions extends LookupOptions {
  unpack?: boolean;
  limitRate?: LimitRate;
  quiet?: boolean;
}

/**
 * `cfs cat FILE…`: prints the files one after the other. It ends with the first failure, because what follows
 * a gap would be in the wrong place.
 */
export async function cat(
  args: readonly string[],
  { limitRate, unpack = false, quiet = false, ...options }: CatOptions,
  call: Call,
): Promise<void> {
  const filter = readLookupFilter(options, call.nowMs());
  return withSession(call, async (parts) => {
    applyTransferSettings(parts, limitRate, call);
    const { environment, signal } = call;
    const { fileStore } = parts;
    const messages = createMessages(call, { quiet });
    const { retryDelayMs, stallTimeoutMs } = environment;
    const context = { source: parts.objects, retryDelayMs, stallTimeoutMs, clock: systemClock };
    const { connections } = transferSettings(environment, parts.preferences);
    const streams = createFileStreams(context, connections, parts.bandwidth);
    const found = {
      fileStore,
      filter,
      packageIdOrName: options.package,
      warn: messages.warn,
      call,
    };
    const files = mapConcurrently(fileTargets(args, found), requestsAtATime, (target) =>
      resultOrFailure(async () => {
        if (target instanceof AppError) throw target;
        const { fileId, explainUnknown } = target;
        return toTransferFile(await explainUnknown(() => fileStore.file(fileId, signal)));
      }),
    );
    const mentioned = new Set<VerifiedBy | undefined>();
    for await (const file of files) {
      if (file instanceof AppError) throw file;
      const output = createCatOutput(file, call);
      const streaming = streams.stream(file, { unpack, write: output.write }, signal);
      const { verifiedBy } = await streaming.catch((thrown) => {
        throw output.failure(thrown);
      });
      if (mentioned.has(verifiedBy)) continue;
      mentioned.add(verifiedBy);
      if (verifiedBy === "size")
        messages.note(
          `${file.name} was verified by its size only: no checksum is known. Reported once.`,
        );
      if (verifiedBy === undefined)
        messages.warn(
          `${file.name} could not be verified: neither size nor checksum is known. Reported once.`,
        );
    }
  });
}
