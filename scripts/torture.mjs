import { spawnSync } from "node:child_process";

const usage = `npm run torture [-- --one] [--seed N] [--scenario WORDS] [--site WORDS]
npm run torture -- --scenario NAME --fault 'CODE NTH SITE' [--fault 'CODE NTH SITE']
npm run torture -- --list

Runs each scenario of test/torture once and notes every call of the system that can fail. Then it lets each of
them fail once, with each code that such a call can fail with (--one: with one of them), and what is called
only then as well. It looks at the exit code, the message, what is left, and the next call. Ends with 1 when
a promise is broken; the second form, which a failure prints, does it again. The third names the calls.
`;

const words = process.argv.slice(2);
if (words.includes("--help")) process.stdout.write(usage);
else {
  const program = ["--import", "./scripts/journeys/run-source.mjs", "test/torture/main.ts"];
  const { status } = spawnSync(process.execPath, [...program, ...words], { stdio: "inherit" });
  process.exitCode = status ?? 1;
}
