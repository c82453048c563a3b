import { chmod, rm } from "node:fs/promises";
import { build } from "esbuild";
import { buildOptions } from "./build-options.mjs";

await rm("dist", { recursive: true, force: true });
await build({ ...buildOptions, outdir: "dist" });
await chmod("dist/cli.js", 0o755);
