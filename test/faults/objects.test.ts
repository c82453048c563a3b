import { readdir } from "node:fs/promises";
import { describe, expect } from "vitest";
import type { RoutedRequest } from "../../source/sandbox/http/faults.ts";
import { type Effect, namedFaults } from "../../source/sandbox/sandbox.ts";
import { expectWords, type FaultFixture, test as it, silencesOf } from "./fault-fixture.ts";

/** How many bytes of the object come before everything fails. */
const moments = { "the first byte": 0, "the middle": 700_000, "the end": 1_390_000 } as const;

type Moment = keyof typeof moments;

/** The exit code at all moments, or at each in their order. */
type Codes = number | readonly [number, number, number];

const never = new Promise(() => undefined);
const noRange = (): Effect => ({ kind: "header", name: "Content-Range", value: undefined });

/** What each request for the object meets from then on. A whole object comes without a range. */
const faults: readonly [name: string, make: () => Effect, codes: Codes][] = [
  ["no headers", () => ({ kind: "hold", until: never }), 5],
  ["a cut before the answer", () => ({ kind: "hangUp" }), 5],
  ["a cut body", () => ({ kind: "cutAfter", bytes: 0 }), 5],
  ["a reset body", () => ({ kind: "cutAfter", bytes: 0, reset: true }), 5],
  ["a stalled body", () => ({ kind: "stall", afterBytes: 0 }), 5],
  ["another range than asked for", () => ({ kind: "shiftRange", by: 5 }), [0, 5, 5]],
  ["a part that does not say which", noRange, [0, 5, 5]],
  ["a redirect", () => namedFaults.redirect("http://127.0.0.1:9/"), 5],
  ["400, the address is over", () => namedFaults.expiredToken(), 5],
  ["401", () => ({ kind: "answer", status: 401 }), 5],
  ["403, the address is over", () => namedFaults.urlExpired(), 5],
  ["403, the address is wrong", () => namedFaults.signatureMismatch(), 5],
  ["404", () => namedFaults.notThere(), 4],
  ["410", () => ({ kind: "answer", status: 410 }), 5],
  ["429", () => ({ kind: "answer", status: 429 }), 5],
  ["500", () => namedFaults.internalError(), 5],
  ["502", () => namedFaults.htmlPage(502), 5],
  ["503", () => namedFaults.slowDown(), 5],
  ["503 for an hour", () => namedFaults.slowDown(3_600), 5],
];

/** So many bytes of the object come, then every answer is like this. */
function failAfter({ sandbox: { faults } }: FaultFixture, bytes: number, effect: Effect): void {
  if (bytes > 0) faults.add({ on: "objects", times: 1, effect: { kind: "cutAfter", bytes } });
  faults.add({ on: "objects", after: bytes > 0 ? 1 : 0, effect });
}

describe.each(Object.keys(moments) as Moment[])("at %s of a file", (moment) => {
  it.override("sandboxOptions", { empty: true, bytesPerSecond: 8_000_000 });
  const first = moments[moment];
  const codeOf = (codes: Codes) =>
    typeof codes === "number" ? codes : codes[Object.keys(moments).indexOf(moment)];

  it.concurrent.for(faults)(
    "%s ends with a message and a code, and the next call resumes",
    async ([_, make, codes], { setting }) => {
      const { id, bytes } = setting.file("large.csv.gz");
      const effect = make();
      failAfter(setting, first, effect);
      const silences = silencesOf(setting, "objects", effect, first > 0 ? 1 : 0);
      const words = ["get", id, "-o", setting.folder, "--json", "--quiet"];
      const { code, stderr, objects } = await setting.runThrough(silences, words);
      expect({ code, stderr }).toEqual({ code: codeOf(codes), stderr });
      if (code !== 0) {
        expectWords(stderr, setting);
        expect(objects()).toMatchObject([{ status: "failed", fileId: id }]);
        expect((await readdir(setting.folder)).sort()).toEqual(
          first === 0 ? [] : ["large.csv.gz.part", "large.csv.gz.part.journal"],
        );
      }
      // The share of bytes of the first connection depends on when others join it.
      const fetchedBefore = Number(objects()[0]?.["bytesFetched"] ?? 0);
      if (first > 0) expect(fetchedBefore).toBeGreaterThan(0);
      const healed = (await setting.heal()).objects().find(({ fileId }) => fileId === id);
      // Few of the bytes that had arrived are fetched again; the end of a complete file is compared.
      const most = code === 0 ? 20_000 : bytes - fetchedBefore + 300_000;
      expect(healed?.["bytesFetched"]).toBeLessThanOrEqual(Math.min(most, bytes));
    },
  );
});

describe("wrong bytes", () => {
  const corrupt: Effect = { kind: "corrupt", at: 900 };

  it.for<[string, Effect]>([
    ["another byte", corrupt],
    ["a page of a gateway in their place", namedFaults.htmlPage(200)],
    ["fewer than are listed", { kind: "answer", status: 200, body: "x" }],
  ])(
    "%s: the call saves nothing and ends with 6, and the next call succeeds",
    async ([_, effect], { setting }) => {
      setting.sandbox.faults.add({ on: "objects", effect });
      const { code, stderr } = await setting.get();
      expect({ code, stderr }).toEqual({ code: 6, stderr });
      expectWords(stderr, setting);
      expect(await readdir(setting.folder)).toEqual([]);
      await setting.heal();
    },
  );

  it("are fetched again if they come once", async ({ setting }) => {
    for (const name of ["large.csv.gz", "small.csv.gz"]) {
      const when = ({ path }: RoutedRequest) => path.endsWith(name);
      setting.sandbox.faults.add({ on: "objects", when, times: 1, effect: corrupt });
    }
    expect((await setting.get()).code).toBe(0);
    await setting.expectWhole();
  });
});
