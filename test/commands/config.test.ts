import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { test } from "../support/test.ts";

test.override("variables", { RDP_HOST: "http://127.0.0.1:9" });

test("shows every setting with who decided it", async ({ folder, program }) => {
  await mkdir(join(folder, "settings"));
  const settings = { theme: "light", mouse: "on", keys: { download: ["D"] }, motion: "slow" };
  await writeFile(
    join(folder, "settings", "config.json"),
    JSON.stringify({ settings }, undefined, 2),
  );
  const ended = await program.run(["config", "--show", "--json"], {
    environment: { NO_COLOR: "1", CFS_JOBS: "3" },
  });
  expect(ended.code).toBe(0);
  const shown = new Map(ended.objects().map((one) => [one["name"], one]));
  expect(shown.get("theme")).toMatchObject({
    value: "none",
    origin: "environment",
    by: "NO_COLOR",
  });
  expect(shown.get("mouse")).toMatchObject({ value: "on", origin: "file" });
  expect(shown.get("jobs")).toMatchObject({ value: 3, origin: "environment" });
  expect(shown.get("clipboard")).toMatchObject({ value: "auto", origin: "default" });
  expect(shown.get("keys")).toMatchObject({ value: { download: ["D"] }, origin: "file" });
  expect(shown.get("host")).toMatchObject({ origin: "environment", by: "RDP_HOST" });
  expect(ended.stderr).toBe(
    'cfs: Settings file line 10: motion is "slow", not one of full, reduced.\n',
  );
});

test("a flag before the command has its say, and people get a table", async ({ program }) => {
  const { stdout } = await program.run(["--no-color", "--quiet", "config", "--show"]);
  expect(stdout).toMatch(/^theme\s+none\s+flag --no-color$/m);
  expect(stdout).toMatch(/^notifications\s+off\s+flag --quiet$/m);
  expect(stdout).toMatch(/^motion\s+full\s+default$/m);
});
