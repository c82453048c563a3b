import { requestsAtATime } from "../../api/service.ts";
import { mapConcurrently } from "../../base/concurrency.ts";
import { AppError } from "../../base/errors.ts";
import { type Call, type CommonOptions, createOutput } from "../console/call.ts";
import type { UrlJson } from "../console/json-records.ts";
import { createMessages } from "../console/messages.ts";
import { resultOrFailure } from "../console/reported-failures.ts";
import { withSession } from "../console/with-session.ts";
import { type LookupOptions, readLookupFilter } from "../resolve/file-set-filter.ts";
import { type FileTarget, fileTargets } from "../resolve/file-targets.ts";

export interface UrlOptions extends CommonOptions, LookupOptions {}

/** `cfs url FILE…`: the only command that prints presigned addresses. A failure does not stop the others. */
export async function url(args: readonly string[], options: UrlOptions, call: Call): Promise<void> {
  const filter = readLookupFilter(options, call.nowMs());
  return withSession(call, async ({ fileStore }) => {
    const output = createOutput(call.stdout);
    const messages = createMessages(call, { quiet: true });
    const parts = {
      fileStore,
      filter,
      packageIdOrName: options.package,
      warn: messages.warn,
      call,
    };
    const addressOf = ({ fileId, explainUnknown }: FileTarget) =>
      resultOrFailure(async () => {
        const address = await explainUnknown(() => fileStore.fileUrl(fileId, call.signal));
        return { fileId, url: address.reveal() } satisfies UrlJson;
      });
    const targets = fileTargets(args, parts);
    const addresses = mapConcurrently(targets, requestsAtATime, async (target) =>
      target instanceof AppError ? target : addressOf(target),
    );
    for await (const address of addresses) {
      if (address instanceof AppError) messages.fail(address);
      else if (options.json) output.json(address);
      else output.line(address.url);
    }
    if (call.environment.isDemo)
      messages.warn(
        'The demo ends with this command, and its addresses with it. To keep them, run eval "$(cfs sandbox --env)" first.',
      );
    messages.throwIfFailed();
  });
}
