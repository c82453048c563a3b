import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { createInstrument } from "./fuzz/instrument.mjs";

const usage = `npm run fuzz [-- --target NAME] [--runs N] [--seed S] [--keep]
npm run fuzz -- --target NAME --input FILE

Gives each reader of external data N inputs (default 1000000), made from test/fuzz/corpus and from inputs
that reached new code. Exits with 1 if a reader breaks a promise. A finding prints the second form, which
reads that input again. --keep saves the smallest inputs that together reach the same code in the corpus.
`;

const text = { type: "string" };
const { values } = parseArgs({
  options: {
    target: text,
    runs: text,
    seed: text,
    input: text,
    keep: { type: "boolean" },
    help: { type: "boolean" },
  },
});
if (values.help) {
  process.stdout.write(usage);
  process.exit();
}

const root = fileURLToPath(new URL("..", import.meta.url));
const outdir = mkdtempSync(path.join(root, "node_modules", ".cfs-fuzz-"));
writeFileSync(path.join(outdir, "package.json"), '{ "type": "module" }');
const { places, plugin } = createInstrument();
const file = path.join(outdir, "fuzz.js");
await build({
  entryPoints: { fuzz: path.join(root, "test/fuzz/main.ts") },
  outdir,
  bundle: true,
  packages: "bundle",
  format: "esm",
  platform: "node",
  target: "node20",
  plugins: [plugin],
  banner: {
    js: `import { createRequire } from "node:module";
const require = createRequire(import.meta.url);
const fuzzCounters = (globalThis.fuzzCounters = new Uint32Array(PLACES));`,
  },
});
writeFileSync(file, readFileSync(file, "utf8").replace("PLACES", String(places())));
const asked = {
  target: values.target,
  runs: Number(values.runs ?? 1_000_000),
  seed: Number(values.seed ?? Date.now() % 1_000_000),
  input: values.input,
  keep: values.keep === true,
};
const child = spawn(process.execPath, [file, JSON.stringify(asked)], {
  cwd: root,
  stdio: "inherit",
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
const [code] = await once(child, "exit");
rmSync(outdir, { recursive: true, force: true });
process.exitCode = code ?? 1;
