import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { type Fact, followedBy, manifestText, syncPathsOf } from "../../../source/sync/manifest.ts";
import { readManifest } from "../../../source/sync/manifest-file.ts";
import { assertCount, assertLocalName, joined, textsOf } from "../oracle.ts";
import type { Target } from "../target.ts";

/* An input is a manifest and its log. */

/** A file that existed before the sync may have a longer name than fetched files. */
const longestNameBytes = 255;

const file = {
  fileId: "f1",
  fileSetId: "s1",
  name: "a.csv.gz",
  bytes: 3,
  sha256: "0".repeat(64),
  md5: "0".repeat(32),
  brought: true,
};
const fileSet = { id: "s1", name: "Set-Init", packageId: "p1", awaited: ["f1"], complete: false };
const followed = {
  bucket: "bulk-ESG",
  package: "Pack",
  packageId: "p1",
  filters: { "content-from": "7d" },
  latestInit: true,
  modifiedSince: "2026-01-01T00:00:00Z",
  pending: [],
  wanted: ["s1"],
  retired: ["s0"],
};
const facts: readonly Fact[] = [
  { fact: "begun", fileSet },
  { fact: "there", file },
  { fact: "complete", fileSetId: "s1" },
];

export const manifests: Target = {
  name: "manifests",
  sources: ["source/sync/manifest.ts"],
  seeds: () => [
    joined(
      JSON.stringify({ version: 1, followed: [followed], fileSets: [fileSet], files: [file] }),
      facts.map((fact) => JSON.stringify(fact)).join("\n"),
    ),
    joined(JSON.stringify({ version: 1, followed: [], fileSets: [], files: [] }), ""),
  ],
  run(input, folder) {
    const [manifestBefore = "", log = ""] = textsOf(input);
    const paths = syncPathsOf(folder);
    fs.mkdirSync(path.dirname(paths.manifest), { recursive: true });
    fs.writeFileSync(paths.manifest, manifestBefore);
    fs.writeFileSync(paths.log, log);
    const { manifest } = readManifest(paths);
    for (const records of manifest.files.values()) {
      for (const { name, bytes, sha256 } of records.values()) {
        assertLocalName(name, longestNameBytes);
        assertCount(bytes, "a size");
        assert.match(sha256, /^[0-9a-f]{64}$/);
      }
    }
    for (const query of manifest.followed) assert.ok(followedBy(manifest, query) !== undefined);
    const text = manifestText(manifest);
    fs.writeFileSync(paths.manifest, text);
    fs.writeFileSync(paths.log, "");
    const again = readManifest(paths);
    assert.equal(again.damage, undefined, "what was written again is damaged");
    assert.equal(manifestText(again.manifest), text, "what is written again reads differently");
  },
};
