import { mapConcurrently } from "../../base/concurrency.ts";
import { AppError } from "../../base/errors.ts";
import { type Call, type CommonOptions, createOutput } from "../console/call.ts";
import { createMessages } from "../console/messages.ts";
import { resultOrFailure } from "../console/reported-failures.ts";
import { withSession } from "../console/with-session.ts";
import { idArguments } from "../resolve/id-arguments.ts";

const requestsAtATime = 4;

/** `cfs url FILE_ID…`: the only command that prints presigned addresses. A failure does not stop the others. */
export function url(fileIds: readonly string[], options: CommonOptions, call: Call): Promise<void> {
  return withSession(call, async ({ fileStore }) => {
    const output = createOutput(call.stdout);
    const messages = createMessages(true, call);
    const addresses = mapConcurrently(idArguments(fileIds, call), requestsAtATime, (fileId) =>
      resultOrFailure(async () => {
        const address = await fileStore.fileUrl(fileId, call.signal);
        return { fileId, url: address.reveal() };
      }),
    );
    for await (const address of addresses) {
      if (address instanceof AppError) messages.fail(address);
      else if (options.json) output.json(address);
      else output.line(address.url);
    }
    if (call.environment.isDemo)
      messages.warn(
        'The demo ends with this call, and its addresses with it. For some that last: eval "$(cfs sandbox --env)", then cfs url.',
      );
    messages.throwIfFailed();
  });
}
