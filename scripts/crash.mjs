import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";

const usage = `npm run crash [-- --states N] [--seed N]
npm run crash -- --recording FILE --seed N --state N

Records what the built program does to files in each scenario of test/crash, then looks at N states (200000)
that a power loss may leave of it, at moments all over the recording. Ends with 1 when one breaks a promise;
the second form, which a failure prints, looks at that state again.
`;

const text = { type: "string" };
const { values } = parseArgs({
  options: { states: text, seed: text, recording: text, state: text, help: { type: "boolean" } },
});
if (values.help) {
  process.stdout.write(usage);
  process.exit();
}
const environment = {
  CFS_CRASH_STATES: values.states ?? "200000",
  CFS_CRASH_SEED: values.seed ?? String(Date.now() % 1_000_000),
  ...(values.recording === undefined
    ? {}
    : { CFS_CRASH_RECORDING: values.recording, CFS_CRASH_STATE: values.state ?? "0" }),
};
const words = ["vitest", "run", "test/crash", "--testTimeout", "3600000"];
const { status } = spawnSync("npx", words, {
  stdio: "inherit",
  env: { ...process.env, ...environment },
});
process.exitCode = status ?? 1;
