import { createHash } from "node:crypto";
import * as v from "valibot";
import { isAllowedAddress, parseAddress } from "../domain/address.ts";
import { localFileName } from "../domain/file-name.ts";
import { sanitizeName } from "../domain/sanitize.ts";

/** The version that this program writes and reads. */
export const planVersion = 1;

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const id = v.pipe(v.string(), v.minLength(1), v.maxLength(200));

/** The first line of a plan. */
export const planHeadShape = v.pipe(
  v.object({
    version: v.literal(planVersion),
    id: v.pipe(
      v.string(),
      v.regex(/^[0-9a-f]{64}$/),
      v.description("SHA-256 of the plan, with 64 zeros in place of this id"),
    ),
    files: v.pipe(count, v.description("number of lines after this one")),
    bytes: v.pipe(count, v.description("sum of the known sizes")),
    filter: v.pipe(
      v.record(v.string(), v.union([v.string(), v.array(v.string())])),
      v.description("bucket, package and the options that selected the files; times are in UTC"),
    ),
    destination: v.pipe(
      v.string(),
      v.minLength(1),
      v.description("absolute path of the folder, or s3://BUCKET/PREFIX"),
    ),
    addressesExpire: v.optional(
      v.pipe(v.string(), v.description("when the first of the addresses expires, in UTC")),
    ),
  }),
  v.description("the first line: the plan"),
);

export type PlanHead = v.InferOutput<typeof planHeadShape>;

/** One file of a plan. */
export const plannedFileShape = v.pipe(
  v.object({
    fileId: id,
    fileSetId: id,
    name: v.pipe(
      v.string(),
      v.minLength(1),
      // It never leaves the folder, is safe on every file system and hides no text.
      v.check(
        (name) => localFileName(sanitizeName(name)) === name,
        "is not safe as the name of a file",
      ),
      v.description("its name in the folder, unlike that of any other file of the plan"),
    ),
    size: v.pipe(v.nullable(count), v.description("null if the service does not list it")),
    md5: v.nullable(v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/))),
    availableTo: v.pipe(
      v.nullable(v.string()),
      v.description("when the service removes it, in UTC"),
    ),
    url: v.optional(
      v.pipe(
        v.string(),
        v.maxLength(16_384),
        v.check((text) => {
          const url = parseAddress(text);
          return url !== undefined && isAllowedAddress(url);
        }, "is not allowed"),
        v.description("a presigned address, which is a secret"),
      ),
    ),
  }),
  v.description("every other line: a file"),
);

export type PlannedFile = v.InferOutput<typeof plannedFileShape>;

/** Which files to fetch, and their names in the destination. */
export interface Plan {
  head: PlanHead;
  files: readonly PlannedFile[];
}

/** What the first line says beside what the files decide. */
export type PlanFacts = Omit<PlanHead, "version" | "id" | "files" | "bytes">;

/** Stands for the id in the text that the id is the digest of. */
export const noId = "0".repeat(64);

/** The lines of a plan, each with its end. */
export function* planLines(
  { filter, destination, addressesExpire }: PlanFacts,
  files: readonly PlannedFile[],
): Generator<string> {
  const bytes = files.reduce((sum, { size }) => sum + (size ?? 0), 0);
  const headLine = (id: string) => {
    const counts = { version: planVersion, id, files: files.length, bytes } as const;
    return lineOf({ ...counts, filter, destination, addressesExpire } satisfies PlanHead);
  };
  const digest = createHash("sha256").update(headLine(noId));
  for (const file of files) digest.update(lineOf(file));
  yield headLine(digest.digest("hex"));
  for (const file of files) yield lineOf(file);
}

function lineOf(value: PlanHead | PlannedFile): string {
  return `${JSON.stringify(value)}\n`;
}
