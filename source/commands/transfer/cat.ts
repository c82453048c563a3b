import { transferSettings } from "../../app/compose.ts";
import { AppError } from "../../base/errors.ts";
import { systemClock } from "../../base/waiting.ts";
import { toTransferFile } from "../../domain/entities.ts";
import { createFileStreams } from "../../stream/file-streams.ts";
import type { Call } from "../console/call.ts";
import { createMessages } from "../console/messages.ts";
import { withSession } from "../console/with-session.ts";
import { type PlaceOptions, readPlace } from "../resolve/file-set-filter.ts";
import { fileTargets } from "../resolve/file-targets.ts";
import { createCatOutput } from "./cat-output.ts";

export interface CatOptions extends PlaceOptions {
  unpack?: boolean;
  quiet?: boolean;
}

/**
 * `cfs cat FILE…`: prints the files one after the other. It ends with the first failure, because what follows
 * a gap would be in the wrong place.
 */
export async function cat(
  words: readonly string[],
  { unpack = false, quiet = false, ...options }: CatOptions,
  call: Call,
): Promise<void> {
  const place = readPlace(options, call.nowMs());
  return withSession(call, async (parts) => {
    const { environment, signal } = call;
    const { fileStore } = parts;
    const messages = createMessages(quiet, call);
    const { retryDelayMs, stallTimeoutMs } = environment;
    const context = { source: parts.objects, retryDelayMs, stallTimeoutMs, clock: systemClock };
    const { connections } = transferSettings(environment, parts.preferences);
    const streams = createFileStreams(context, connections);
    const found = { fileStore, place, owner: options.package, note: messages.warn, call };
    for await (const target of fileTargets(words, found)) {
      if (target instanceof AppError) throw target;
      const { fileId, tell } = target;
      const file = toTransferFile(await tell(() => fileStore.file(fileId, signal)));
      const output = createCatOutput(file, call);
      const streaming = streams.stream(file, { unpack, write: output.write }, signal);
      const { verifiedBy } = await streaming.catch((thrown) => {
        throw output.failure(thrown);
      });
      if (verifiedBy === "size")
        messages.note(`${file.name} was verified by its size only: no checksum is known.`);
      if (verifiedBy === undefined)
        messages.warn(`${file.name} could not be verified: neither size nor checksum is known.`);
    }
  });
}
