import { expect, test } from "vitest";
import { AppError } from "../../source/base/errors.ts";
import { createConditionalWrite, type Replaces } from "../../source/s3/conditional-write.ts";

const { signal } = new AbortController();
const request = { purpose: "Writing", method: "PUT", key: "a", body: "text", signal } as const;

function refusal(status: number, serviceCode: string): AppError {
  const answered = `the store answered ${status}`;
  return new AppError({ kind: "disk", tried: "Writing", answered, status, serviceCode });
}

test.each<[status: number, code: string, replaces: Replaces, outcome: string]>([
  [412, "PreconditionFailed", false, "exists"],
  [409, "ConditionalRequestConflict", false, "exists"],
  [412, "PreconditionFailed", { etag: '"e"' }, "exists"],
  [404, "NoSuchKey", { etag: '"e"' }, "exists"],
  [404, "NoSuchUpload", false, "no-upload"],
])("%d %s means that nothing was written: %j", async (status, code, replaces, outcome) => {
  const write = createConditionalWrite(() => Promise.reject(refusal(status, code)));
  expect(await write(request, replaces)).toBe(outcome);
});

test.each<[status: number, code: string, replaces: Replaces]>([
  [404, "NoSuchKey", false],
  [404, "NoSuchBucket", { etag: '"e"' }],
  [403, "AccessDenied", false],
])("%d %s is a failure: %j", async (status, code, replaces) => {
  const write = createConditionalWrite(() => Promise.reject(refusal(status, code)));
  await expect(write(request, replaces)).rejects.toMatchObject({ status, serviceCode: code });
});
