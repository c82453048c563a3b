import * as v from "valibot";
import { expect, it } from "vitest";
import { commandShape } from "../../../source/transfer/verify/messages.ts";

it.each([
  { kind: "advance", id: 1, end: 1e32 },
  { kind: "advance", id: 1, end: -1 },
  { kind: "finish", id: 1, bytes: 0.5 },
])("refuses a position that no file has: %j", (message) => {
  expect(v.is(commandShape, message)).toBe(false);
});
