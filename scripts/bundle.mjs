import { builtinModules, isBuiltin } from "node:module";
import { basename, join } from "node:path";
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
    "process.env.CFS_COMMANDS": '""',
    // Nothing of this program calls it; the layout library would load all of Node's HTTP client for it.
    fetch: "undefined",
  },
  alias: {
    "react-devtools-core": "./scripts/no-devtools.mjs",
    "string-width": "./scripts/lazy-string-width.mjs",
    "when-exit": "./scripts/no-exit-hooks.mjs",
    "ajv/dist/2020.js": "./scripts/no-conf-schemas.mjs",
    "ajv-formats": "./scripts/no-conf-schemas.mjs",
    semver: "./scripts/no-conf-schemas.mjs",
    "fetch-blob": "./scripts/no-blobs.mjs",
    "fetch-blob/from.js": "./scripts/no-blobs.mjs",
    "formdata-polyfill/esm.min.js": "./scripts/no-blobs.mjs",
    "node:process": "./scripts/process.cjs",
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
  const options = { ...bundleOptions, sourcemap, outdir };
  const ofCommands = await bundleCommands(options);
  const [script] = Object.keys(ofCommands.outputs)
    .filter((path) => path.endsWith(".cjs"))
    .map((path) => basename(path));
  const { metafile: ofLauncher, later } = await bundleLauncher(options, script);
  const { metafile } = await build({
    ...options,
    entryPoints: later,
    splitting: true,
    plugins: [sharedChunks],
  });
  const { metafile: ofWorkers } = await build({ ...options, entryPoints: workers });
  const ofAwsTools = await bundleAwsTools(options);
  const records = [ofCommands, ofLauncher, metafile, ofWorkers, ofAwsTools];
  return {
    inputs: Object.assign({}, ...records.map(({ inputs }) => inputs)),
    outputs: Object.assign({}, ...records.map(({ outputs }) => outputs)),
  };
}

/** Bundles the code that every call starts with into one file, since each file slows down the start. `later` lists what that code may load. */
async function bundleLauncher(options, script) {
  const later = {};
  const loadedLater = {
    name: "loaded-later",
    setup({ onResolve }) {
      onResolve({ filter: /^\./ }, ({ kind, path, resolveDir }) => {
        if (kind !== "dynamic-import") return undefined;
        const name = basename(path, ".ts");
        later[name] = join(resolveDir, path);
        return { path: `./${name}.js`, external: true };
      });
    },
  };
  const { metafile } = await build({
    ...options,
    define: { ...options.define, "process.env.CFS_COMMANDS": JSON.stringify(script) },
    plugins: [loadedLater],
    entryPoints: { cli: "cli.tsx" },
  });
  return { metafile, later };
}

/**
 * Bundles the commands into one script, whose V8 code can be cached. The script is a function with the
 * parameters that its banner names, and its file name identifies its content.
 */
async function bundleCommands(options) {
  const { metafile } = await build({
    ...options,
    format: "cjs",
    banner: { js: "(function (module, require, here) {" },
    footer: { js: "})" },
    define: { ...options.define, "import.meta.url": "here" },
    plugins: [builtInModulesOnce],
    entryPoints: { commands: "source/main/run-call.ts" },
    entryNames: "[name]-[hash]",
    outExtension: { ".js": ".cjs" },
  });
  return metafile;
}

/** Bundles the part of the AWS SDK into a script of its own, a function as that of the commands, which only object stores load. */
async function bundleAwsTools(options) {
  const { metafile } = await build({
    ...options,
    format: "cjs",
    keepNames: false,
    banner: { js: "(function (module, require) {" },
    footer: { js: "})" },
    entryPoints: { "aws-tools": "source/s3/aws-tools.ts" },
    outExtension: { ".js": ".cjs" },
  });
  return metafile;
}

/** In a script, each import of a Node module would copy all of its names, so all imports share one module that names only what is used. */
const builtInModulesOnce = {
  name: "built-in-modules-once",
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^[a-z0-9_:/]+$/ }, ({ kind, path }) =>
      isBuiltin(path) && kind === "import-statement"
        ? { path: path.replace(/^node:/, ""), namespace: "built-in", sideEffects: false }
        : undefined,
    );
    onLoad({ filter: /.*/, namespace: "built-in" }, ({ path }) => ({
      contents: [
        `const all = process.getBuiltinModule(${JSON.stringify(path)});`,
        "const get = (name) => all[name];",
        // Names that nothing imports are left out of the script.
        ...Object.keys(process.getBuiltinModule(path)).map(
          (name) =>
            `const $${name} = /* @__PURE__ */ get("${name}"); export { $${name} as ${name} };`,
        ),
        "export default all;",
      ].join("\n"),
    }));
  },
};

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
