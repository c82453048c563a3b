import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startDemoSandbox } from "../../source/sandbox/demo.ts";

let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "cfs-demo-test-"));
  await build({
    entryPoints: ["source/sandbox/worker.ts"],
    outfile: join(folder, "worker.mjs"),
    bundle: true,
    format: "esm",
    platform: "node",
  });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test.each([true, false])(
  "runs in a thread of its own until it is closed (slow: %s)",
  async (slow) => {
    const worker = pathToFileURL(join(folder, "worker.mjs"));
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

test("says so when the thread cannot start", async () => {
  const worker = pathToFileURL(join(folder, "nothing.mjs"));
  await expect(startDemoSandbox({ worker })).rejects.toThrow();
});
