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

/** A claim of the manifest of `folder` that the disk does not fulfil; undefined if all are true. */
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
      if (content === undefined) return `the manifest lists ${name}, which does not exist`;
      if (createHash("sha256").update(content).digest("hex") !== sha256)
        return `the manifest lists ${name} with another checksum`;
    }
  }
  return undefined;
}
