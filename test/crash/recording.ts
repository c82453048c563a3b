import * as v from "valibot";

const path = v.string();
const fd = v.number();

/** What the recorder tells of one call; see record.mjs. */
const operationShape = v.variant("op", [
  v.object({
    op: v.literal("open"),
    fd,
    path,
    creates: v.boolean(),
    truncates: v.boolean(),
    appends: v.boolean(),
  }),
  v.object({ op: v.literal("close"), fd }),
  v.object({
    op: v.literal("write"),
    fd,
    at: v.optional(v.number()),
    bytes: v.number(),
    atMs: v.optional(v.number()),
  }),
  v.object({ op: v.literal("truncate"), fd, size: v.number() }),
  v.object({ op: v.literal("sync"), fd, id: v.string() }),
  v.object({ op: v.literal("synced"), id: v.string() }),
  v.object({ op: v.picklist(["rename", "link"]), path, to: path }),
  v.object({ op: v.picklist(["unlink", "remove", "mkdir"]), path }),
  v.object({ op: v.literal("said"), stream: v.picklist(["stdout", "stderr"]), text: v.string() }),
  v.object({ op: v.literal("request"), path }),
  v.object({ op: v.literal("exit"), code: v.nullish(v.number()) }),
  /** The process is gone; with `restart` the machine was shut down cleanly and started again. */
  v.object({ op: v.literal("ended"), restart: v.boolean() }),
]);

export type Operation = v.InferOutput<typeof operationShape> & { data?: Buffer };

/** The operations of a log, in its order; a last one that was cut off by a kill is left out. */
export function readLog(log: Buffer): Operation[] {
  const operations: Operation[] = [];
  for (let at = 0; at < log.length; ) {
    const end = log.indexOf(10, at);
    if (end < 0) break;
    const operation = v.parse(operationShape, JSON.parse(log.toString("utf8", at, end)));
    at = end + 1;
    if (operation.op !== "write") operations.push(operation);
    else {
      operations.push({ ...operation, data: log.subarray(at, at + operation.bytes) });
      at += operation.bytes;
    }
  }
  return operations;
}
