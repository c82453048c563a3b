import { parentPort, workerData } from "node:worker_threads";
import { type SandboxOptions, startSandbox } from "./sandbox.ts";

/*
 * A sandbox in a thread of its own, so that making bytes never holds up whoever asks for them. It
 * tells its parent where it is and how to sign in, and closes at the first message it gets.
 */

const options: SandboxOptions = Object(workerData);
const { host, objectHost, username, password, appKey, clientId, clientSecret, close } =
  await startSandbox(options);
parentPort?.once("message", async () => {
  await close();
  process.exit();
});
parentPort?.postMessage({ host, objectHost, username, password, appKey, clientId, clientSecret });
