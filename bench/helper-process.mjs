import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * Builds bench/NAME.ts and runs it in a separate process. The process prints one JSON object per line: the
 * first unasked, each other one in reply to a line that it reads. It ends when its standard input closes.
 */
export async function startHelper(name, words) {
  const outfile = path.join(root, "node_modules", ".cfs-bench", `${path.basename(name)}.mjs`);
  await build({
    entryPoints: [path.join(root, "bench", `${name}.ts`)],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    banner: {
      js: 'import { createRequire as createRequireOfBundle } from "node:module"; const require = createRequireOfBundle(import.meta.url);',
    },
  });
  const child = spawn(process.execPath, ["--no-warnings", outfile, ...words.map(String)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { done, value } = await lines.next();
    if (done) throw new Error(`bench/${name}.ts ended without an answer`);
    return JSON.parse(value);
  };
  return {
    first: await next(),
    ask(line = "") {
      child.stdin.write(`${line}\n`);
      return next();
    },
    async stop() {
      if (child.exitCode !== null) return;
      child.stdin.end();
      await once(child, "exit");
    },
  };
}
