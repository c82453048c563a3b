import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";

const usage = `npm run crash [-- --states N] [--seed N]
npm run crash -- --recording FILE --seed N --state N
npm run crash -- --strace

Records the file operations of the built program in each scenario of test/crash, then checks N disk states
(default 200000) that a power loss may leave, at moments all over the recording. Exits with 1 if a state
breaks a promise. A failure prints the second form, which checks that state again. The third form compares
the recorder with strace on the same run.
`;

const text = { type: "string" };
const { values } = parseArgs({
  options: {
    states: text,
    seed: text,
    recording: text,
    state: text,
    strace: { type: "boolean" },
    help: { type: "boolean" },
  },
});
if (values.help) {
  process.stdout.write(usage);
  process.exit();
}
const environment = {
  ...(values.strace ? { CFS_CRASH_STRACE: "1" } : {}),
  CFS_CRASH_STATES: values.states ?? "200000",
  CFS_CRASH_SEED: values.seed ?? String(Date.now() % 1_000_000),
  ...(values.recording === undefined
    ? {}
    : { CFS_CRASH_RECORDING: values.recording, CFS_CRASH_STATE: values.state ?? "0" }),
};
const tests = values.strace ? "test/crash/strace.test.ts" : "test/crash/crash.test.ts";
const words = ["vitest", "run", tests, "--testTimeout", "600000"];
const { status } = spawnSync("npx", words, {
  stdio: "inherit",
  env: { ...process.env, ...environment },
});
process.exitCode = status ?? 1;
