import fs from "node:fs";
import path from "node:path";
import { syncPathsOf } from "../../../source/sync/manifest.ts";
import { readManifest } from "../../../source/sync/manifest-file.ts";
import type { Tree } from "../disk-model.ts";
import type { Check, CheckParts } from "./check.ts";

/** The manifest of a synced folder lists only files that exist, and after a run every file that it saved. */
export function createSyncManifest({ facts, scratch, saved }: CheckParts): Check {
  const { folder } = facts;
  const from = syncPathsOf(folder);
  const to = syncPathsOf(path.join(scratch, "synced"));
  fs.mkdirSync(to.folder, { recursive: true });
  let endedWell = false;

  const readFrom = ({ files }: Tree) => {
    for (const part of ["manifest", "log"] as const) {
      fs.rmSync(to[part], { force: true });
      const content = files.get(from[part])?.();
      if (content !== undefined) fs.writeFileSync(to[part], content);
    }
    return readManifest(to);
  };

  return {
    follow(operation) {
      if (operation.op === "open") endedWell = false;
      if (operation.op === "exit") endedWell = operation.code === 0;
    },
    problemOf(tree) {
      if (!tree.files.has(from.manifest) && !tree.files.has(from.log)) return undefined;
      const { damage, manifest } = readFrom(tree);
      if (damage !== undefined) return `the manifest is damaged: ${damage}`;
      const records = [...manifest.files.values()].flatMap((each) => [...each.values()]);
      const absent = records.find(
        ({ name, bytes }) => tree.files.get(path.join(folder, name))?.().length !== bytes,
      );
      if (absent !== undefined) return `the manifest lists ${absent.name}, which does not exist`;
      const names = new Set(records.map(({ name }) => name));
      const unlisted = [...saved.keys()].filter((name) => !names.has(name));
      return endedWell && unlisted.length > 0
        ? `the manifest lacks ${unlisted.join(", ")}`
        : undefined;
    },
  };
}
