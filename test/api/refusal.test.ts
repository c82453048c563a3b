import { expect, it } from "vitest";
import { serviceRefusal, signInRefusal } from "../../source/api/replies/refusal.ts";

const refusalOf = (error: string) =>
  signInRefusal("Signing in", {
    status: 400,
    header: () => undefined,
    text: JSON.stringify({ error }),
  });

it.each([
  ["invalid_client", "wrong-client"],
  ["access_denied", "wrong-credentials"],
  ["another", undefined],
  // Names that every object inherits.
  ["constructor", undefined],
  ["__proto__", undefined],
])("the service's %s gives the reason %s", (code, reason) => {
  expect(refusalOf(code)).toMatchObject({ kind: "sign-in", reason, serviceCode: code });
});

it.each([
  ["a minute if the service names no time", undefined, "wait a minute,"],
  ["the time that the service names", "3600", "wait 1h00m,"],
  ["a minute even if the service names seconds", "5", "wait a minute,"],
])("a 429 advises to wait %s", (_, retryAfter, words) => {
  const header = (name: string) => (name === "retry-after" ? retryAfter : undefined);
  const asked = { purpose: "Listing", ifUnknown: "Check the name." };
  const { advice } = serviceRefusal(asked, { status: 429, header, text: "" });
  expect(advice).toContain(words);
});
