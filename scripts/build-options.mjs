// CommonJS dependencies ask for Node's own modules through require, which ESM does not have.
const banner = [
  'import { createRequire as createRequireOfBundle } from "node:module";',
  "const require = createRequireOfBundle(import.meta.url);",
].join("\n");

/** How the program is bundled; only where to is left open. */
export const buildOptions = {
  entryPoints: {
    cli: "cli.tsx",
    "follower-worker": "source/transfer/follower-worker.ts",
    "sandbox-worker": "source/sandbox/worker.ts",
  },
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  minify: true,
  keepNames: true,
  sourcemap: false,
  legalComments: "none",
  define: {
    "process.env.NODE_ENV": '"production"',
    "process.env.DEV": '"false"',
    // Nothing of this program calls it; the layout library would load all of Node's HTTP client for it.
    fetch: "undefined",
  },
  alias: { "react-devtools-core": "./scripts/no-devtools.mjs" },
  banner: { js: banner },
};
