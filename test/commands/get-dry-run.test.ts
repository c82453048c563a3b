import { existsSync } from "node:fs";
import { expect } from "vitest";
import { getTest } from "./get-fixture.ts";

const it = getTest.extend("runsHere", true);

it("lists what would be fetched and where to, and changes nothing", async ({
  out,
  get,
  newest,
  fileOf,
}) => {
  const { code, stdout, stderr } = await get([newest.id, newest.id, "--dry-run", "--checksums"]);
  const { id, filename } = fileOf(newest);
  expect(code).toBe(0);
  expect(stdout).toBe(`fetch\t3000\t${filename}\t${id}\n`);
  expect(stderr).toBe(`1 file to fetch, 3.0 kB, into ${out}\n`);
  expect(existsSync(out)).toBe(false);
});

it("leaves out what is there already, but with --overwrite", async ({
  out,
  get,
  newest,
  large,
  saved,
}) => {
  await get([newest.id]);
  const dry = await get([newest.id, large.id, "--dry-run", "--json"]);
  expect(dry.objects()).toHaveLength(115);
  expect(dry.objects()[0]).toMatchObject({ step: "fetch", fileSetId: large.id, size: 3_000 });
  expect(dry.stderr).toBe(`115 files to fetch, 345 kB, into ${out}; 1 up to date\n`);
  const again = await get([newest.id, "--dry-run", "--overwrite", "--quiet"]);
  expect(again.stdout.trim().split("\n")).toHaveLength(1);
  expect(again.stderr).toBe("");
  expect(await saved()).toHaveLength(1);
});

it("reports what it cannot find, and lists the rest", async ({ get, newest }) => {
  const unknown = "4000-0000-00000000-0000-000000000000";
  const { code, objects, stderr } = await get([unknown, newest.id, "--dry-run", "--json"]);
  expect(code).toBe(4);
  expect(objects()).toHaveLength(1);
  expect(stderr).toContain(`Looking for ${unknown}: the service answered 404`);
});

it("prints the chosen columns in the chosen format", async ({ get, newest, fileOf }) => {
  const { filename } = fileOf(newest);
  const { code, stdout } = await get([
    newest.id,
    "--dry-run",
    "--columns",
    "file-set,file",
    "--output-format",
    "csv",
  ]);
  expect(code).toBe(0);
  expect(stdout).toBe(`file-set,file\n${newest.id},${filename}\n`);
});

it("refuses columns without --dry-run", async ({ get, newest }) => {
  const { code, stderr } = await get([newest.id, "--columns", "file"]);
  expect(code).toBe(2);
  expect(stderr).toContain("--columns needs --dry-run");
});
