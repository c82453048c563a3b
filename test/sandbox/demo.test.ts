import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import * as v from "valibot";
import { expect } from "vitest";
import { startDemoSandbox } from "../../source/sandbox/demo.ts";
import { test as base } from "../support/test.ts";

const granted = v.object({ access_token: v.string() });

/** The sandbox's thread, bundled as the build does. */
const test = base.extend("worker", { scope: "file" }, async ({}, { onCleanup }) => {
  const folder = await mkdtemp(join(tmpdir(), "cfs-test-"));
  onCleanup(() => rm(folder, { recursive: true, force: true }));
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

test.for([true, false])(
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
    const answer = await fetch(tokenUrl, { method: "POST", body: form });
    const { access_token: token } = v.parse(granted, await answer.json());
    const headers = { authorization: `Bearer ${token}` };
    const list = async () =>
      (await fetch(`${sandbox.host}/file-store/v1/buckets`, { headers })).text();
    expect(await list()).toContain("bulk-ESG");
    await sandbox.close();
    // Another program may listen at its port by now, even another sandbox, but it gave no such token.
    expect(await list().catch(() => "nobody listens")).not.toContain("bulk-ESG");
  },
);

test("rejects if the thread cannot start", async ({ folder }) => {
  const missing = pathToFileURL(join(folder, "missing.mjs"));
  await expect(startDemoSandbox({ worker: missing })).rejects.toThrow();
});
