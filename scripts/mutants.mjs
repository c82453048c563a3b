import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { loadSource } from "./load-source.mjs";

const execute = promisify(execFile);
const root = fileURLToPath(new URL("..", import.meta.url));
const usage = `npm run mutants [-- --only WORDS]…

Builds each fault of test/mutants into a copy of the project, one at a time, and expects the test that the
fault names to fail. The same test must pass without the fault. Exits with 1 if any fault is not caught.
--only tries the faults whose name contains these words.
`;
const { values } = parseArgs({
  options: {
    only: { type: "string", multiple: true, default: [""] },
    help: { type: "boolean" },
  },
});
if (values.help) {
  process.stdout.write(usage);
  process.exit();
}
const { mutants } = await loadSource("test/mutants/mutants.ts");
const chosen = mutants.filter(({ name }) => values.only.some((words) => name.includes(words)));

/** Tracked and untracked files, without ignored ones. */
async function copyOfProject() {
  const copy = await mkdtemp(join(tmpdir(), "cfs-mutants-"));
  const listing = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const { stdout } = await execute("git", listing, { cwd: root, maxBuffer: 2 ** 24 });
  for (const path of new Set(stdout.split("\0").filter(Boolean))) {
    await mkdir(dirname(join(copy, path)), { recursive: true });
    await cp(join(root, path), join(copy, path)).catch(unlessGone);
  }
  await symlink(join(root, "node_modules"), join(copy, "node_modules"));
  await mkdir(join(copy, "temporary"));
  return copy;
}

/** git also lists a deleted file whose deletion is not committed yet. */
function unlessGone(thrown) {
  if (thrown.code !== "ENOENT") throw thrown;
}

/** Builds only the program: the licence list names packages by their path in the project. */
const bundlesProgram = 'import("./scripts/bundle.mjs").then(({ bundle }) => bundle("dist"))';

/** Runs the test in the copy; resolves with "passed", "failed" or another outcome. */
async function outcomeOf({ file, name }, copy) {
  await execute(process.execPath, ["-e", bundlesProgram], { cwd: copy });
  const report = join(copy, "report.json");
  await rm(report, { force: true });
  const pattern = name.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  const words = ["node_modules/vitest/vitest.mjs", "run", file, "-t", pattern, "--bail", "1"];
  const reported = ["--reporter", "json", "--outputFile", report];
  // Files that a failing test keeps for inspection are removed with the copy.
  const env = { ...process.env, TMPDIR: join(copy, "temporary") };
  const options = { cwd: copy, env, maxBuffer: 2 ** 26 };
  await execute(process.execPath, [...words, ...reported], options).catch(() => undefined);
  const { numFailedTests, numPassedTests } = JSON.parse(await readFile(report, "utf8"));
  if (numFailedTests > 0) return "failed";
  return numPassedTests > 0 ? "passed" : "not run";
}

async function outcomeWith({ file, replace: [before, after], caughtBy }, copy) {
  const place = join(copy, file);
  const text = await readFile(place, "utf8");
  if (text.split(before).length !== 2) return `the old text does not occur exactly once in ${file}`;
  await writeFile(
    place,
    text.replace(before, () => after),
  );
  try {
    const outcome = await outcomeOf(caughtBy, copy);
    return outcome === "failed" ? "caught" : `${outcome} with the fault`;
  } finally {
    await writeFile(place, text);
  }
}

/** One entry per test, by file and name. */
const without = new Map();

async function lookAt(mutant, copy) {
  const key = JSON.stringify(mutant.caughtBy);
  if (!without.has(key)) without.set(key, await outcomeOf(mutant.caughtBy, copy));
  const outcome = without.get(key);
  return outcome === "passed" ? await outcomeWith(mutant, copy) : `${outcome} without the fault`;
}

const copy = await copyOfProject();
try {
  let missed = 0;
  for (const mutant of chosen) {
    const beganAtMs = performance.now();
    const outcome = await lookAt(mutant, copy);
    if (outcome !== "caught") missed += 1;
    const seconds = Math.round((performance.now() - beganAtMs) / 1_000);
    process.stdout.write(`${outcome} · ${mutant.name} · ${seconds} s\n`);
  }
  process.stdout.write(`${chosen.length - missed} of ${chosen.length} caught\n`);
  process.exitCode = missed > 0 || chosen.length === 0 ? 1 : 0;
} finally {
  await rm(copy, { recursive: true, force: true });
}
