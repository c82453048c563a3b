import { parentPort } from "node:worker_threads";
import { createWorkerTasks } from "./worker-tasks.ts";

/** Verifies and saves files outside the receiving thread. */
const perform = createWorkerTasks((message) => parentPort?.postMessage(message));

parentPort?.on("message", (message) => void perform(message));
