// Module hooks that let Node run the source without a build: coverage then names each file.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { transform } from "esbuild";
import { workers } from "../bundle.mjs";

const root = new URL("../../", import.meta.url);

/** The build puts the worker threads' bundles beside the program; here they are source files. */
export function resolve(specifier, context, next) {
  const name = /([^/]+)\.js$/.exec(specifier)?.[1];
  if (!specifier.includes("/source/") || !Object.hasOwn(workers, name)) {
    return next(specifier, context);
  }
  return { url: new URL(workers[name], root).href, shortCircuit: true };
}

export async function load(url, context, next) {
  if (!/^file:.*\.tsx?$/.test(url)) return next(url, context);
  const { code } = await transform(await readFile(fileURLToPath(url), "utf8"), {
    loader: url.endsWith("x") ? "tsx" : "ts",
    jsx: "automatic",
    format: "esm",
    target: "esnext",
  });
  return { format: "module", source: code, shortCircuit: true };
}
