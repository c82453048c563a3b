import { once } from "node:events";
import { Worker } from "node:worker_threads";
import * as v from "valibot";
import type { Sandbox, SandboxOptions } from "./sandbox.ts";

const announced = v.object({
  host: v.string(),
  objectHost: v.string(),
  username: v.string(),
  password: v.string(),
  appKey: v.string(),
  clientId: v.string(),
  clientSecret: v.string(),
});

/** What a demo needs of a sandbox that runs in another thread. */
export type DemoSandbox = v.InferOutput<typeof announced> & Pick<Sandbox, "close">;

export interface DemoOptions {
  /** Objects come at about 2 MB/s on each connection, so that progress can be watched. */
  slow?: boolean;
  /** Address of the built worker.ts. */
  worker: URL;
}

const slowBytesPerSecond = 2_000_000;
const usualBytesPerSecond = 60_000_000;

/** Starts a sandbox beside this thread. It does not keep the process alive. */
export async function startDemoSandbox(options: DemoOptions): Promise<DemoSandbox> {
  const settings: SandboxOptions = {
    bytesPerSecond: options.slow ? slowBytesPerSecond : usualBytesPerSecond,
    latencyMs: 40,
    digestsAhead: true,
  };
  const worker = new Worker(options.worker, { workerData: settings });
  const exited = new Promise<void>((resolve) => {
    worker.once("exit", () => resolve());
  });
  const [message]: unknown[] = await once(worker, "message");
  worker.unref();
  return {
    ...v.parse(announced, message),
    async close() {
      // Waiting for its end is work again, so that the process does not end meanwhile.
      worker.ref();
      worker.postMessage("close");
      await exited;
    },
  };
}
