import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { expect } from "vitest";
import { startDemoSandbox } from "../../source/sandbox/demo.ts";
import { test } from "../support/test.ts";

/** Address of the built worker. */
const it = test.extend("worker", async ({ folder }) => {
  const outfile = join(folder, "worker.mjs");
  await build({
    entryPoints: ["source/sandbox/worker.ts"],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
  });
  return pathToFileURL(outfile);
});

it.for([true, false] as const)(
  "runs in a thread of its own until it is closed (slow: %s)",
  async (slow, { worker }) => {
    const sandbox = await startDemoSandbox({ slow, worker });
    const form = new URLSearchParams({
      grant_type: "password",
      username: sandbox.username,
      password: sandbox.password,
      client_id: sandbox.appKey,
    });
    const tokenUrl = `${sandbox.host}/auth/oauth2/v1/token`;
    expect((await fetch(tokenUrl, { method: "POST", body: form })).status).toBe(200);
    await sandbox.close();
    await expect(fetch(tokenUrl, { method: "POST", body: form })).rejects.toThrow();
  },
);

it("says so when the thread cannot start", async ({ folder }) => {
  const missing = pathToFileURL(join(folder, "nothing.mjs"));
  await expect(startDemoSandbox({ worker: missing })).rejects.toThrow();
});
