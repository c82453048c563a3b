import { describe, expect } from "vitest";
import { type Effect, namedFaults } from "../../source/sandbox/sandbox.ts";
import { type Account, expectWords, test as it, silencesOf } from "./fault-fixture.ts";

/** What a call asks the service, and at which endpoint. */
const places = {
  "the sign-in": "token",
  "the refresh": "token",
  "the listing": "files",
  "the address": "stream",
} as const;

type Moment = keyof typeof places;

const accounts: Readonly<Record<Moment, Account>> = {
  "the sign-in": "password",
  "the refresh": "kept",
  "the listing": "client",
  "the address": "client",
};

const never = new Promise(() => undefined);

function otherTypes(body: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.keys(body).map((name) => [name, { other: 1 }]));
}

/** The exit code at all moments, or at each in their order. */
type Codes = number | readonly [number, number, number, number];

const faults: readonly [name: string, make: () => Effect, codes: Codes][] = [
  ["no headers", () => ({ kind: "hold", until: never }), 5],
  ["a cut before the answer", () => ({ kind: "hangUp" }), 5],
  ["a lost answer", () => ({ kind: "loseAnswer" }), 5],
  ["a cut body", () => ({ kind: "cutAfter", bytes: 9 }), 5],
  ["a reset body", () => ({ kind: "cutAfter", bytes: 9, reset: true }), 5],
  ["a stalled body", () => ({ kind: "stall", afterBytes: 9 }), 5],
  ["a body longer than told", () => ({ kind: "wrongLength", by: -9 }), 5],
  ["a body shorter than told", () => ({ kind: "wrongLength", by: 9 }), 5],
  ["no body", () => ({ kind: "answer", status: 200 }), 5],
  ["half a JSON text", () => ({ kind: "answer", status: 200, body: '{"value":[{"id' }), 5],
  ["JSON of another form", () => ({ kind: "edit", edit: () => ["other"] }), 5],
  ["fields of other types", () => ({ kind: "edit", edit: otherTypes }), 5],
  ["a gateway's page with 200", () => namedFaults.htmlPage(200), 5],
  ["a gateway's page with 403", () => namedFaults.htmlPage(403), 5],
  ["a gateway's page with 502", () => namedFaults.htmlPage(502), 5],
  ["a redirect", () => namedFaults.redirect("http://127.0.0.1:9/"), 5],
  ["400", () => ({ kind: "answer", status: 400, body: "{}" }), [3, 3, 4, 5]],
  ["401", () => namedFaults.tokenExpired(), 3],
  ["403", () => namedFaults.notEntitled(), [3, 3, 4, 4]],
  ["404", () => namedFaults.fileSetNotFound(), [5, 5, 4, 4]],
  ["410", () => ({ kind: "answer", status: 410 }), [5, 5, 4, 4]],
  ["429", () => namedFaults.tooManyRequests(), 5],
  ["429 for an hour", () => namedFaults.tooManyRequests(3_600), 5],
  ["500", () => namedFaults.serviceError(500), 5],
  ["503", () => namedFaults.serviceError(503, 0), 5],
];

function codeAt(codes: Codes, moment: Moment): number | undefined {
  return typeof codes === "number" ? codes : codes[Object.keys(places).indexOf(moment)];
}

/** After a 429 no token is asked for until its time, by later calls either: test/trust has that. */
const isPause = (name: string, place: string) => place === "token" && name.startsWith("429");

describe.each(Object.keys(places) as Moment[])("at %s", (moment) => {
  it.override("account", accounts[moment]);
  const met = faults.filter(([name]) => !isPause(name, places[moment]));

  it.concurrent.for(met)(
    "%s ends with a message, and the next call completes the download",
    async ([_, make, codes], { setting }) => {
      const { sandbox } = setting;
      if (moment === "the refresh") await setting.signIn();
      const effect = make();
      sandbox.faults.add({ on: places[moment], effect });
      const words =
        moment === "the address" ? [setting.file("small.csv.gz").id] : [setting.fileSetId];
      const asked = sandbox.requests.length;
      const { code, stderr } = await setting.runThrough(
        silencesOf(setting, places[moment], effect),
        ["get", ...words, "-o", setting.folder, "--quiet"],
      );
      expect({ code, stderr }).toEqual({ code: codeAt(codes, moment), stderr });
      expectWords(stderr, setting);
      // A password or a token that is refused is sent once.
      const tokens = sandbox.requests.slice(asked).filter(({ place }) => place === "token");
      expect(tokens.length).toBeLessThanOrEqual(code === 3 ? 2 : 3);
      await setting.heal();
    },
  );
});
