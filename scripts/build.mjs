import { chmod, rm } from "node:fs/promises";
import { build } from "esbuild";

// CommonJS dependencies ask for Node's own modules through require, which ESM does not have.
const banner = [
  'import { createRequire as createRequireOfBundle } from "node:module";',
  "const require = createRequireOfBundle(import.meta.url);",
].join("\n");

await rm("dist", { recursive: true, force: true });
await build({
  entryPoints: {
    cli: "cli.tsx",
    "follower-worker": "source/transfer/follower-worker.ts",
    "sandbox-worker": "source/sandbox/worker.ts",
  },
  outdir: "dist",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  minify: true,
  keepNames: true,
  sourcemap: false,
  legalComments: "none",
  define: { "process.env.NODE_ENV": '"production"', "process.env.DEV": '"false"' },
  alias: { "react-devtools-core": "./scripts/no-devtools.mjs" },
  banner: { js: banner },
});
await chmod("dist/cli.js", 0o755);
