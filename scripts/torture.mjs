import { spawnSync } from "node:child_process";

const usage = `npm run torture [-- --one] [--seed N] [--scenario WORDS] [--site WORDS]
npm run torture -- --scenario NAME --fault 'CODE NTH SITE' [--fault 'CODE NTH SITE']
npm run torture -- --list

Runs each scenario of test/torture once and records every system call that can fail. Then makes each of them
fail once, with every code with which such a call can fail (--one: with one of the codes), and also each call
that is made only after such a failure. Checks the exit code, the message, the remaining files and the next
call. Exits with 1 if a promise is broken. A failure prints the second form, which repeats that fault. The
third form lists the calls.
`;

const words = process.argv.slice(2);
if (words.includes("--help")) process.stdout.write(usage);
else {
  const program = ["--import", "./scripts/journeys/run-source.mjs", "test/torture/main.ts"];
  const { status } = spawnSync(process.execPath, [...program, ...words], { stdio: "inherit" });
  process.exitCode = status ?? 1;
}
