import * as v from "valibot";

const path = v.string();
const fd = v.number();

/** The recorder's entry for one call; see record.mjs. */
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
  /** The process has ended; with `restart` the machine was shut down cleanly and started again. */
  v.object({ op: v.literal("ended"), restart: v.boolean() }),
]);

export type Operation = v.InferOutput<typeof operationShape> & { data?: Buffer };

/** The operations of a log in order, without a last one that a kill cut off. */
export function readLog(log: Buffer): Operation[] {
  return [...operationsIn(log)].map(({ operation }) => operation);
}

/** The length of the log up to the end of the last complete operation. */
export function wholeBytes(log: Buffer): number {
  return [...operationsIn(log)].at(-1)?.end ?? 0;
}

function* operationsIn(log: Buffer): Generator<{ operation: Operation; end: number }> {
  for (let at = 0; at < log.length; ) {
    const lineEnd = log.indexOf(10, at);
    if (lineEnd < 0) return;
    const operation = v.parse(operationShape, JSON.parse(log.toString("utf8", at, lineEnd)));
    const first = lineEnd + 1;
    at = operation.op === "write" ? first + operation.bytes : first;
    if (at > log.length) return;
    const data = operation.op === "write" ? { data: log.subarray(first, at) } : {};
    yield { operation: { ...operation, ...data }, end: at };
  }
}
