import assert from "node:assert/strict";
import path from "node:path";
import { listZip, readLocalHeader } from "../../../source/files/zip-directory.ts";
import { placeEntries } from "../../../source/unpack/entry-places.ts";
import { largeZipOf, zipOf } from "../../support/fixtures/zip-of.ts";
import { assertCount, assertLocalName, assertSafe } from "../oracle.ts";
import type { Target } from "../target.ts";

/* An input is a zip file. */

const mostDirectoryBytes = 1_000;

function assertPlaces(places: readonly string[]): void {
  const known = new Set(places.map((place) => place.normalize("NFC").toLowerCase()));
  assert.equal(known.size, places.length, "two entries have one place");
  for (const place of places) {
    for (const part of place.split(path.sep)) assertLocalName(part);
    for (let folder = path.dirname(place); folder !== "."; folder = path.dirname(folder))
      assert.ok(
        !known.has(folder.normalize("NFC").toLowerCase()),
        `${folder} is a file and a folder`,
      );
  }
}

export const zips: Target = {
  name: "zips",
  sources: ["source/files/zip-directory.ts"],
  seeds: () => [
    zipOf([
      { name: "a.csv", text: "1,2" },
      { name: "b/c.csv", text: "3", stored: true },
    ]),
    zipOf([
      { name: "../x", text: "", encrypted: true },
      { name: "a", text: "x" },
      { name: "a/b", text: "y" },
      { name: "d/", text: "" },
    ]),
    largeZipOf([{ name: "large.csv", text: "x".repeat(100) }]),
    zipOf([]),
  ],
  async run(input) {
    readLocalHeader(input);
    const read = async (first: number, bytes: number) => {
      assertCount(first, "a position that is read");
      assert.ok(bytes >= 0 && bytes <= input.length, `${bytes} bytes are read`);
      return input.subarray(first, first + bytes);
    };
    await listZip(read, input.length, mostDirectoryBytes);
    const listing = await listZip(read, input.length);
    if (typeof listing === "string") {
      assertSafe(listing, "what is wrong");
      return;
    }
    for (const { at, bytes, packedBytes } of listing.entries) {
      assertCount(at, "the position of an entry");
      assertCount(packedBytes, "the packed size of an entry");
      assertCount(bytes, "the size of an entry");
    }
    assertPlaces(placeEntries(listing.entries).map(({ place }) => place));
  },
};
