import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";

const usage = `npm run watch:kills [-- --messages N] [--kills N] [--seed N]

Runs test/commands/watch-killed.test.ts with N messages (default 10000) and N kills (default 200): cfs watch
is killed at random moments while the queue delivers every message twice and out of order, cuts answers and
no longer accepts its credentials. Exits with 1 if a file set is not whole, if a byte that was on disk at a
kill is requested again, if one process requests a small file twice, or if a message is removed too early or
left. Prints what had been sent to the killed processes and was not on disk, which is requested again.
Processes that start so often wait for the rate limit of sign-ins, so 200 kills take a quarter of an hour.
`;

const text = { type: "string" };
const { values } = parseArgs({
  options: { messages: text, kills: text, seed: text, help: { type: "boolean" } },
});
if (values.help) {
  process.stdout.write(usage);
  process.exit();
}
const { messages = "10000", kills = "200", seed = String(Date.now() % 1_000_000) } = values;
process.stdout.write(`seed ${seed}\n`);
const environment = {
  CFS_WATCH_MESSAGES: messages,
  CFS_WATCH_KILLS: kills,
  CFS_WATCH_SEED: seed,
};
const test = ["run", "test/commands/watch-killed.test.ts", "--testTimeout", "7200000"];
const { status } = spawnSync("npx", ["vitest", ...test, "--disableConsoleIntercept"], {
  stdio: "inherit",
  env: { ...process.env, ...environment },
});
process.exitCode = status ?? 1;
