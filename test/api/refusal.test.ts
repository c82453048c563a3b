import { expect, it } from "vitest";
import { signInRefusal } from "../../source/api/replies/refusal.ts";

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
