import { expect, it } from "vitest";
import { readObjectHead } from "../../source/network/object-head.ts";

const headOf = (status: number, headers: Readonly<Record<string, string>>) =>
  readObjectHead(status, (name) => headers[name]);

it.each([
  ["bytes 0-99/100", { first: 0, objectBytes: 100 }],
  ["bytes 90-99/*", { first: 90, objectBytes: undefined }],
])("reads the part %s", (range, head) => {
  expect(headOf(206, { "content-range": range })).toMatchObject(head);
});

it.each([
  "bytes 6-9/2",
  "bytes 9-6/20",
  "bytes 0-20/20",
  `bytes ${"9".repeat(400)}-${"9".repeat(401)}/*`,
  "bytes 9007199254740993-9007199254740994/*",
  "bytes */100",
  "",
])("takes a part that cannot be for one that does not say which: %s", (range) => {
  expect(headOf(206, { "content-range": range })).toBeUndefined();
});

it("ignores a length that no file can have", () => {
  expect(headOf(200, { "content-length": "9".repeat(400) })?.objectBytes).toBeUndefined();
});
