import { describe, expect, it } from "vitest";
import { type Identity, identify } from "../../source/objects/read-object.ts";

const etag = '"1"';

describe("identify", () => {
  it.each<[string, Identity, { etag?: string; objectBytes?: number }, object]>([
    [
      "learns size and tag from the first answer",
      { kind: "listed" },
      { etag, objectBytes: 5 },
      { kind: "confirmed", bytes: 5, etag },
    ],
    [
      "keeps the listed size if the answer announces none",
      { kind: "listed", bytes: 5 },
      { etag },
      { kind: "confirmed", bytes: 5, etag },
    ],
    [
      "refuses a first answer of another size than is listed",
      { kind: "listed", bytes: 5 },
      { etag, objectBytes: 6 },
      { kind: "wrong-size", bytes: 6, listedBytes: 5 },
    ],
    [
      "finds the same object again",
      { kind: "confirmed", bytes: 5, etag },
      { etag, objectBytes: 5 },
      { kind: "confirmed", bytes: 5, etag },
    ],
    [
      "finds the same object again if its size is not announced",
      { kind: "confirmed", bytes: 5, etag },
      { etag },
      { kind: "confirmed", bytes: 5, etag },
    ],
    [
      "takes another tag for another object",
      { kind: "confirmed", bytes: 5, etag },
      { etag: '"2"', objectBytes: 5 },
      { kind: "changed" },
    ],
    [
      "takes a missing tag for another object",
      { kind: "confirmed", bytes: 5, etag },
      { objectBytes: 5 },
      { kind: "changed" },
    ],
    [
      "treats another size as another object if there is no tag",
      { kind: "confirmed", bytes: 5 },
      { etag: '"2"', objectBytes: 6 },
      { kind: "changed" },
    ],
  ])("%s", (_, known, answer, found) => {
    expect(identify(known, answer)).toEqual(found);
  });
});
