import type { Call, CommonOptions } from "./call.ts";
import { createOutput } from "./output.ts";
import { withSession } from "./signed-in.ts";

/** `cfs url FILE_ID`: the one place that shows a presigned address, since it is what was asked for. */
export function url(fileId: string, options: CommonOptions, call: Call): Promise<void> {
  return withSession(call, async ({ fileStore }) => {
    const address = (await fileStore.fileUrl(fileId, call.signal)).reveal();
    const output = createOutput(call.stdout);
    if (options.json) output.json({ fileId, url: address });
    else output.line(address);
  });
}
