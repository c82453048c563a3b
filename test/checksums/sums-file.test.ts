import { execFileSync } from "node:child_process";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { changeSums, parseSums, readSums } from "../../source/checksums/sums-file.ts";
import { test as it } from "../support/test.ts";

const a = "a".repeat(64);
const b = "b".repeat(64);

it.for([
  ["text mode", `${a}  x.csv`, "x.csv"],
  ["binary mode", `${a} *x.csv`, "x.csv"],
  ["a tag", `SHA256 (x.csv) = ${a}`, "x.csv"],
  ["upper case", `${a.toUpperCase()}  x.csv`, "x.csv"],
  ["a line end of Windows", `${a}  x.csv\r`, "x.csv"],
  ["a name with spaces", `${a}  my data.csv`, "my data.csv"],
  ["the current folder", `${a}  ./x.csv`, "x.csv"],
  ["a folder", `${a}  2026/x.csv`, "2026/x.csv"],
  ["a name with a backslash", `\\${a}  x\\\\y`, "x\\y"],
  ["a name of two lines", `\\${a}  x\\ny`, "x\ny"],
])("reads a line with %s", ([, line, name]) => {
  expect(parseSums(`${line}\n`)).toEqual({ digests: new Map([[name, a]]), others: [] });
});

it.for([
  ["a digest of another kind", "abc  x.csv"],
  ["no name", `${a}  `],
  ["a name above the folder", `${a}  ../x.csv`],
  ["an absolute name", `${a}  /etc/passwd`],
])("does not accept a line with %s", ([, line]) => {
  expect(parseSums(`${line}\n`)).toEqual({ digests: new Map(), others: [line] });
});

it("the last line of a name counts", () => {
  expect([...parseSums(`${a}  x\n${b}  x\n`).digests]).toEqual([["x", b]]);
});

it("writes what sha256sum reads, and keeps lines that it does not understand", async ({
  folder,
}) => {
  const names = ["plain.csv", "my data.csv", "back\\slash", "two\nlines"];
  for (const name of names) await writeFile(join(folder, name), "");
  const digest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  await writeFile(join(folder, "SHA256SUMS"), "# of the desk\n");
  await changeSums(folder, (digests) => {
    for (const name of names) digests.set(name, digest);
  });
  const checked = execFileSync("sha256sum", ["-c", "SHA256SUMS"], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C" },
    stdio: ["ignore", "pipe", "ignore"],
  });
  expect(checked.match(/OK$/gm)).toHaveLength(names.length);
  expect(await readFile(join(folder, "SHA256SUMS"), "utf8")).toContain("# of the desk\n");
});

it("loses no line of changes that happen at the same time, and leaves only the file", async ({
  folder,
}) => {
  const names = Array.from({ length: 20 }, (_, index) => `${index}.csv`);
  await Promise.all(
    names.map((name) => changeSums(folder, (digests) => void digests.set(name, a))),
  );
  expect([...(readSums(folder)?.digests.keys() ?? [])].sort()).toEqual(names.sort());
  expect(await readdir(folder)).toEqual(["SHA256SUMS"]);
});

it("has the permissions of the other files", async ({ folder }) => {
  await writeFile(join(folder, "x.csv"), "");
  await changeSums(folder, (digests) => void digests.set("x.csv", a));
  const modeOf = async (name: string) => (await stat(join(folder, name))).mode;
  expect(await modeOf("SHA256SUMS")).toBe(await modeOf("x.csv"));
});
