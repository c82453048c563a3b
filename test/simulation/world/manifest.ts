import { createHash } from "node:crypto";
import path from "node:path";
import { readJson } from "../../../source/base/json.ts";
import {
  applyFact,
  emptyManifest,
  factShape,
  manifestFrom,
  manifestShape,
  syncPathsOf,
} from "../../../source/sync/manifest.ts";
import type { FileTree } from "./file-tree.ts";

/** What the manifest of `folder` claims and the disk does not have; undefined if all is there. */
export function manifestProblem(folder: string, files: FileTree): string | undefined {
  const paths = syncPathsOf(folder);
  const text = files.contentOf(paths.manifest)?.toString();
  const kept = readJson(manifestShape, text ?? "");
  if (text !== undefined && kept === undefined) return "the manifest is damaged";
  const manifest = kept === undefined ? emptyManifest() : manifestFrom(kept);
  for (const line of files.contentOf(paths.log)?.toString().split("\n") ?? []) {
    const fact = readJson(factShape, line);
    if (fact !== undefined) applyFact(manifest, fact);
  }
  for (const records of manifest.files.values()) {
    for (const { name, sha256 } of records.values()) {
      const content = files.contentOf(path.join(folder, name));
      if (content === undefined) return `the manifest lists ${name}, which is not there`;
      if (createHash("sha256").update(content).digest("hex") !== sha256)
        return `the manifest lists ${name} with another checksum`;
    }
  }
  return undefined;
}
