import * as v from "valibot";
import { checkName } from "./checks.ts";
import { outcomeShape, smallOrderShape } from "./small-files.ts";

const position = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** Commands to a worker thread; `id` identifies a task. */
export const commandShape = v.variant("kind", [
  v.object({
    kind: v.literal("verify"),
    id: v.number(),
    path: v.string(),
    checks: v.array(checkName),
  }),
  v.object({ kind: v.literal("advance"), id: v.number(), end: position }),
  v.object({ kind: v.literal("finish"), id: v.number(), bytes: position }),
  v.object({ kind: v.literal("close"), id: v.number() }),
  /** Small files to save together; the next batch follows when these are done. */
  v.object({
    kind: v.literal("save"),
    files: v.array(
      v.object({
        id: v.number(),
        order: smallOrderShape,
        bytes: v.custom<Uint8Array>((value) => value instanceof Uint8Array),
      }),
    ),
  }),
]);

export type FilesToSave = Extract<WorkerCommand, { kind: "save" }>["files"];

export type WorkerCommand = v.InferOutput<typeof commandShape>;

export const replyShape = v.variant("kind", [
  v.object({
    kind: v.literal("found"),
    id: v.number(),
    findings: v.object({
      sha256: v.optional(v.string()),
      md5: v.optional(v.string()),
      gzip: v.optional(v.string()),
      zip: v.optional(v.string()),
    }),
  }),
  v.object({
    kind: v.literal("failed"),
    id: v.number(),
    message: v.string(),
    code: v.optional(v.string()),
  }),
  v.object({ kind: v.literal("closed"), id: v.number() }),
  v.object({
    kind: v.literal("ended"),
    outcomes: v.array(v.object({ id: v.number(), outcome: outcomeShape })),
  }),
]);

export type WorkerReply = v.InferOutput<typeof replyShape>;
