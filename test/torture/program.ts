import fs from "node:fs";
import { SourceMap } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { bundle } from "../../scripts/bundle.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));

const mapShape = v.object({
  version: v.number(),
  sources: v.array(v.string()),
  names: v.array(v.string()),
  mappings: v.string(),
});

/** The built program, with a map to the places in its source. */
export interface MappedProgram {
  cli: string;
  /** "source/files/lock.ts:88" for "chunk-ABC.js:2:1504"; for packages, their names. */
  sourceOf(place: string): string;
  remove(): void;
}

/** Builds it with source maps, in a folder inside the project. */
export async function buildMapped(): Promise<MappedProgram> {
  const folder = fs.mkdtempSync(path.join(root, "node_modules", ".cfs-torture-"));
  fs.writeFileSync(path.join(folder, "package.json"), '{ "type": "module" }');
  const working = process.cwd();
  process.chdir(root);
  try {
    await bundle(folder, { sourcemap: "external" });
  } finally {
    process.chdir(working);
  }
  const maps = new Map<string, SourceMap>();
  const mapOf = (name: string) => {
    const known = maps.get(name);
    if (known !== undefined) return known;
    const text = fs.readFileSync(path.join(folder, `${name}.map`), "utf8");
    const read = v.parse(mapShape, JSON.parse(text));
    const map = new SourceMap({ ...read, sourcesContent: [], file: name, sourceRoot: "" });
    maps.set(name, map);
    return map;
  };
  return {
    cli: path.join(folder, "cli.js"),
    sourceOf(place) {
      const [name = "", line = "", column = ""] = place.split(":");
      const found = mapOf(name).findEntry(Number(line) - 1, Number(column) - 1);
      if (!("originalSource" in found)) return place;
      const file = path.relative(root, path.resolve(folder, found.originalSource));
      const [, ofPackage = file] = /node_modules\/(.*)$/.exec(file) ?? [];
      return `${ofPackage}:${found.originalLine + 1}`;
    },
    remove: () => fs.rmSync(folder, { recursive: true, force: true }),
  };
}
