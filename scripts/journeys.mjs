// Counts the files in source/ that three journeys through the program enter. A file is entered when one of
// its functions runs between the start of the journey, a key or the arguments, and its end. Each journey
// runs three times, and only files that every run enters count, because some depend on timing. The second
// number leaves out the libraries: folders of rules and tools whose files can be read on their own.
// With --list the files are named.
import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

const journeys = [
  { title: "key d to bytes on disk", script: "download.ts" },
  { title: "bucket to rows on the screen", script: "bucket.ts" },
  { title: "cfs sync to file", script: "sync.ts" },
];

const runs = 3;

const libraries = /^source\/(base|domain|files|text)\//;

/** What stands in for the service is not part of a journey. */
const outside = "source/sandbox/";

/** Runs a journey in a process of its own; resolves with the files that it enters. */
async function filesEntered(script) {
  const folder = await mkdtemp(join(tmpdir(), "cfs-coverage-"));
  try {
    await run(["--import", "./scripts/journeys/run-source.mjs", `scripts/journeys/${script}`], {
      NODE_V8_COVERAGE: folder,
    });
    const entered = new Set();
    for (const name of await readdir(folder)) {
      const { result } = JSON.parse(await readFile(join(folder, name), "utf8"));
      for (const { url, functions } of result) {
        if (url.startsWith("file:") && functions.some(isCall)) {
          entered.add(relative(root, fileURLToPath(url)));
        }
      }
    }
    return [...entered].filter((path) => path.startsWith("source/") && !path.startsWith(outside));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** True if the function ran. Code at the top level of a module, which has no name, does not count. */
function isCall({ functionName, ranges: [{ count, startOffset }] }) {
  return count > 0 && (startOffset > 0 || functionName !== "");
}

function run(words, environment) {
  const variables = Object.entries(process.env).filter(([name]) => !/^(CFS|RDP)_/.test(name));
  const child = spawn(process.execPath, words, {
    cwd: root,
    env: { ...Object.fromEntries(variables), NODE_ENV: "production", ...environment },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let told = "";
  child.stderr.on("data", (chunk) => {
    told += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${words.at(-1)} exited with ${code}.\n${told}`));
    });
  });
}

for (const { title, script } of journeys) {
  let files = await filesEntered(script);
  for (let run = 1; run < runs; run++) {
    const again = await filesEntered(script);
    files = files.filter((path) => again.includes(path));
  }
  const own = files.filter((path) => !libraries.test(path));
  process.stdout.write(
    `${String(files.length).padStart(4)} ${String(own.length).padStart(4)}  ${title}\n`,
  );
  if (process.argv.includes("--list")) {
    process.stdout.write(
      `${files
        .sort()
        .map((path) => `      ${path}\n`)
        .join("")}\n`,
    );
  }
}
