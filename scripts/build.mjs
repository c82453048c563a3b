import { chmod, rm, writeFile } from "node:fs/promises";
import { build } from "esbuild";
import { buildOptions } from "./build-options.mjs";
import { loadSource } from "./load-source.mjs";

await rm("dist", { recursive: true, force: true });
await build({ ...buildOptions, outdir: "dist" });
await chmod("dist/cli.js", 0o755);

// Written once here, so that a call for help has nothing to load.
const { helpText } = await loadSource("source/commands/help-text.ts");
await writeFile("dist/help.txt", helpText());
