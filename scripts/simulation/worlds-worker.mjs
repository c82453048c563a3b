// One thread of a simulation: runs its share of the worlds, and posts lines and a summary.
import { createRequire } from "node:module";
import { parentPort, workerData } from "node:worker_threads";

const { main, traces, ...run } = workerData;
// Most errors here are expected, so their stack traces would only cost time.
if (!traces) Error.stackTraceLimit = 0;
const { runWorlds } = await import(main);
const load = createRequire(import.meta.url);
const write = (line) => parentPort.postMessage({ line });
parentPort.postMessage({ summary: await runWorlds({ ...run, traces, load, write }) });
