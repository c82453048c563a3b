import { parentPort, workerData } from "node:worker_threads";
import { type SandboxOptions, startSandbox } from "./sandbox.ts";

// Runs in its own thread so that generating bytes never blocks the client; any message closes it.

const options: SandboxOptions = Object(workerData);
const { host, objectHost, username, password, appKey, clientId, clientSecret, close } =
  await startSandbox(options);
parentPort?.once("message", async () => {
  await close();
  process.exit();
});
parentPort?.postMessage({ host, objectHost, username, password, appKey, clientId, clientSecret });
