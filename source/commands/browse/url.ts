import { mapConcurrently } from "../../base/concurrency.ts";
import { AppError } from "../../base/errors.ts";
import type { Call, CommonOptions } from "../console/call.ts";
import { createTalk } from "../console/messages.ts";
import { createOutput } from "../console/output.ts";
import { failureOfOne } from "../console/reported-failures.ts";
import { withSession } from "../console/with-session.ts";
import { withInput } from "../resolve/id-arguments.ts";

const askedAtATime = 4;

/**
 * `cfs url FILE_ID…`: the one place that shows presigned addresses, since they are what was asked for. Each
 * failure is told when its turn comes, and the rest goes on.
 */
export function url(fileIds: readonly string[], options: CommonOptions, call: Call): Promise<void> {
  return withSession(call, async ({ fileStore }) => {
    const output = createOutput(call.stdout);
    const talk = createTalk(true, call);
    const addresses = mapConcurrently(withInput(fileIds, call), askedAtATime, async (fileId) => {
      try {
        return { fileId, url: (await fileStore.fileUrl(fileId, call.signal)).reveal() };
      } catch (thrown) {
        return failureOfOne(thrown);
      }
    });
    for await (const address of addresses) {
      if (address instanceof AppError) talk.fail(address);
      else if (options.json) output.json(address);
      else output.line(address.url);
    }
    talk.throwIfFailed();
  });
}
