import { builtinModules } from "node:module";
import { build } from "esbuild";
import { sharedChunks } from "./shared-chunks.mjs";

// CommonJS dependencies ask for Node's own modules through require, which ESM does not have.
const requireOfBundle = "const require = (name) => process.getBuiltinModule(name);";

/** What every bundle of this program has in common. */
export const bundleOptions = {
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20",
  minify: true,
  keepNames: true,
  sourcemap: false,
  legalComments: "none",
  metafile: true,
  define: {
    "process.env.NODE_ENV": '"production"',
    "process.env.DEV": '"false"',
    "process.env.CFS_IS_STANDALONE": '"no"',
    // Nothing of this program calls it; the layout library would load all of Node's HTTP client for it.
    fetch: "undefined",
  },
  alias: {
    "react-devtools-core": "./scripts/no-devtools.mjs",
    "string-width": "./scripts/lazy-string-width.mjs",
    "when-exit": "./scripts/no-exit-hooks.mjs",
  },
  banner: { js: requireOfBundle },
};

/** Threads share nothing with the program, so each has all that it needs in one file. */
export const workers = {
  "verify-worker": "source/transfer/verify/worker.ts",
  "sandbox-worker": "source/sandbox/worker.ts",
};

/** Bundles the program into the folder `outdir`. Returns esbuild's record of what went where. */
export async function bundle(outdir, { sourcemap = false } = {}) {
  const { metafile } = await build({
    ...bundleOptions,
    sourcemap,
    entryPoints: { cli: "cli.tsx" },
    splitting: true,
    plugins: [sharedChunks],
    outdir,
  });
  const { metafile: ofWorkers } = await build({
    ...bundleOptions,
    sourcemap,
    entryPoints: workers,
    outdir,
  });
  return {
    inputs: { ...metafile.inputs, ...ofWorkers.inputs },
    outputs: { ...metafile.outputs, ...ofWorkers.outputs },
  };
}

/** One file would ask for all of Node's own modules before anything of it runs; so each is asked for when it is needed first. */
const builtInModulesLater = {
  name: "built-in-modules-later",
  setup({ onLoad, onResolve }) {
    const own = new Set(builtinModules);
    onResolve({ filter: /^[a-z0-9_:/]+$/ }, ({ path }) => {
      const name = path.replace(/^node:/, "");
      return own.has(name) ? { path: name, namespace: "built-in" } : undefined;
    });
    onLoad({ filter: /.*/, namespace: "built-in" }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)});`,
    }));
  },
};

/** Bundles the program for the single executable: one file, in which each part is still run when it is needed first. */
export async function bundleInOneFile(outfile) {
  const define = { ...bundleOptions.define, "process.env.CFS_IS_STANDALONE": '"yes"' };
  const plugins = [builtInModulesLater];
  await build({ ...bundleOptions, define, plugins, entryPoints: ["cli.tsx"], outfile });
}
