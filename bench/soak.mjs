import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const usage = `npm run soak [-- --minutes N] [--seed N]
One process transfers files for N minutes (60) while the service, the object store and the network fail in
all ways that the sandbox knows. Between its rounds the power is cut: the built program makes a run of its
own, and starts again from what a power loss at any moment of it may leave. Ends with 1 when a kept file is
wrong, when a power loss breaks a promise, or when memory, open files, sockets or anything else that is held
has grown.
`;
const words = process.argv.slice(2);
const numberAfter = (name, otherwise) =>
  words.includes(name) ? Number(words[words.indexOf(name) + 1]) : otherwise;
const minutes = numberAfter("--minutes", 60);
const seed = numberAfter("--seed", Date.now() % 1_000_000);
if (words.includes("--help") || !(minutes > 0) || !Number.isInteger(seed)) {
  process.stdout.write(usage);
  process.exit(words.includes("--help") ? 0 : 2);
}

const root = fileURLToPath(new URL("..", import.meta.url));
// These processes run the unbundled source, because its parts locate each other by path.
const runSource = new URL("../scripts/journeys/run-source.mjs", import.meta.url).href;
const outdir = mkdtempSync(path.join(root, "node_modules", ".cfs-soak-"));
writeFileSync(path.join(outdir, "package.json"), '{ "type": "module" }');
await build({
  entryPoints: {
    soak: path.join(root, "bench/soak/soak.ts"),
    service: path.join(root, "bench/soak/service.ts"),
    "verify-worker": path.join(root, "source/transfer/verify/worker.ts"),
  },
  outdir,
  bundle: true,
  packages: "external",
  format: "esm",
  platform: "node",
  target: "node20",
});
const child = spawn(
  process.execPath,
  [
    "--expose-gc",
    path.join(outdir, "soak.js"),
    ...[String(minutes), String(seed)],
    ...[path.join(root, "bench/soak/power-cuts.ts"), runSource],
  ],
  { stdio: "inherit" },
);
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
const [code] = await once(child, "exit");
rmSync(outdir, { recursive: true, force: true });
process.exitCode = code ?? 1;
