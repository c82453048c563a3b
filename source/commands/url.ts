import type { Call, CommonOptions } from "./call.ts";
import { lookAhead } from "./look-ahead.ts";
import { createOutput } from "./output.ts";
import { withSession } from "./signed-in.ts";
import { withInput } from "./with-input.ts";

const askedAtATime = 4;

/** `cfs url FILE_ID…`: the one place that shows presigned addresses, since they are what was asked for. */
export function url(fileIds: readonly string[], options: CommonOptions, call: Call): Promise<void> {
  return withSession(call, async ({ fileStore }) => {
    const output = createOutput(call.stdout);
    const addresses = lookAhead(withInput(fileIds, call), askedAtATime, async (fileId) => ({
      fileId,
      url: (await fileStore.fileUrl(fileId, call.signal)).reveal(),
    }));
    for await (const address of addresses) {
      if (options.json) output.json(address);
      else output.line(address.url);
    }
  });
}
