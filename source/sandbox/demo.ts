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

export type DemoSandbox = v.InferOutput<typeof announced> & Pick<Sandbox, "close">;

export interface DemoOptions {
  /** Limits each connection to 2 MB/s so that progress can be watched. */
  slow?: boolean;
  /** URL of the built worker.ts. */
  worker: URL;
}

const slowBytesPerSecond = 2_000_000;
const usualBytesPerSecond = 60_000_000;

/** While a subscription exists, so that notifications can be watched. */
const publishEveryMs = 60_000;

/** Starts a sandbox in another thread, which does not keep the process alive. */
export async function startDemoSandbox(options: DemoOptions): Promise<DemoSandbox> {
  const settings: SandboxOptions = {
    bytesPerSecond: options.slow ? slowBytesPerSecond : usualBytesPerSecond,
    latencyMs: 40,
    digestsAhead: true,
    publishEveryMs,
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
      // Keep the process alive until the worker has exited.
      worker.ref();
      worker.postMessage("close");
      await exited;
    },
  };
}
