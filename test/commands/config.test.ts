import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { test as base } from "../support/test.ts";

const test = base
  .extend("variables", { RDP_HOST: "http://127.0.0.1:9" })
  .extend("sharesCode", false);

test("shows every setting with its source", async ({ folder, program }) => {
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

test("prints the chosen columns", async ({ program }) => {
  const { code, stdout } = await program.run(["config", "--columns", "from,setting"], {
    environment: { CFS_JOBS: "3" },
  });
  expect(code).toBe(0);
  expect(stdout).toContain("environment CFS_JOBS\tjobs\n");
});

const fileOf = (folder: string) => join(folder, "settings", "config.json");

test("set and unset change one setting of the file and leave the rest", async ({
  folder,
  program,
}) => {
  await mkdir(join(folder, "settings"));
  const before = {
    recentBuckets: ["bulk-ESG"],
    settings: { mouse: "on", keys: { download: ["D"] } },
  };
  await writeFile(fileOf(folder), JSON.stringify(before));
  const kept = async () => JSON.parse(await readFile(fileOf(folder), "utf8"));
  const quiet = { code: 0, stdout: "", stderr: "" };
  expect(await program.run(["config", "set", "theme", "light"])).toMatchObject(quiet);
  expect(await program.run(["config", "set", "jobs", "8"])).toMatchObject(quiet);
  const { recentBuckets, settings } = before;
  expect(await kept()).toEqual({
    ...(await kept()),
    recentBuckets,
    settings: { ...settings, theme: "light", jobs: 8 },
  });
  expect(await program.run(["config", "unset", "theme"])).toMatchObject(quiet);
  expect((await kept()).settings).toEqual({ ...settings, jobs: 8 });
  expect(await program.run(["config", "set", "downloadDirectory", folder])).toMatchObject(quiet);
  expect((await kept()).downloadDirectory).toBe(folder);
});

test("a setting that the environment decides is kept, with a note", async ({ program }) => {
  const environment = { NO_COLOR: "1" };
  const { code, stderr } = await program.run(["config", "set", "theme", "light"], { environment });
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: "cfs: theme is saved, but NO_COLOR in the environment overrides it.\n",
  });
});

test.for([
  [
    ["set", "theme", "lihgt"],
    'Changing a setting: theme is "lihgt", not one of dark, light, none, high-contrast.',
  ],
  [["set", "jobs", "0"], 'Changing a setting: jobs is "0", not a whole number from 1 to 256.'],
  [
    ["set", "themes", "light"],
    'Changing a setting: there is no setting "themes" (did you mean theme?); there are',
  ],
  [["set", "downloadDirectory", "nowhere"], "Changing a setting: the folder"],
  [["set", "theme"], "Missing: VALUE."],
  [["set"], "Missing: KEY and VALUE."],
  [["unset"], "Missing: KEY."],
  [["unset", "theme", "light"], "Usage error: unset takes no value."],
  [["get", "theme"], 'Usage error: "get" is neither set nor unset.'],
] as const)(
  "cfs config %j changes nothing and says why",
  async ([words, why], { folder, program }) => {
    const { code, stderr } = await program.run(["config", ...words]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(why) });
    expect(existsSync(fileOf(folder))).toBe(false);
  },
);

test("a file that cannot be written ends with 7", async ({ folder, program }) => {
  await writeFile(join(folder, "settings"), "");
  const { code, stderr } = await program.run(["config", "set", "theme", "light"]);
  expect(code).toBe(7);
  expect(stderr).toContain("CFS_CONFIG_DIR");
});
