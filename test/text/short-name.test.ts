import { expect, test } from "vitest";
import { fitName, type NameList, nameFacts } from "../../source/text/short-name.ts";

const owner = "Bulk-ESG-Global-Raw-Full-SchemeB-v1";
const moment = "2026-11-22T16:11:18.777Z";

function list(of: NameList["of"], names: readonly string[], parents: string[] = []): NameList {
  return { of, parents, facts: nameFacts(names) };
}

test("file sets of a package lose its name, and the parts that stand in columns", () => {
  const names = [`${owner}-Social-Csv-Init-${moment}`, `${owner}-Env-Jsonl-Delta-${moment}`];
  const of = list("file-set", names, ["bulk-ESG", owner]);
  const [name = ""] = names;
  expect(fitName(name, name.length, of, ["kind", "moment"])).toBe(name);
  expect(fitName(name, name.length - 1, of, ["kind", "moment"])).toBe("Social · Csv");
  expect(fitName(name, 50, of, ["moment"])).toBe("Social · Csv · Init");
  expect(fitName(name, 50, of)).toBe(`Social · Csv · Init · ${moment}`);
  expect(fitName(name, 40, of)).toBe("Social · Csv · Init · 2026-11-22");
  expect(fitName(name, 30, of)).toBe("Social-Csv-Init-2026-11-22");
  expect(fitName(name, 20, of)).toBe("Social-…t-2026-11-22");
});

test("file sets of several packages lose only the bucket's name", () => {
  const names = [`${owner}-Social-Csv-Init-${moment}`, "RFT-ESG-PIT-SDI-2026-11-22"];
  const of = list("file-set", names, ["bulk-ESG"]);
  const shown = names.map((name) => fitName(name, 34, of, ["kind", "moment"]));
  expect(shown).toEqual(["Global-Raw-Fu…chemeB-v1-Social-Csv", "RFT-ESG-PIT-SDI"]);
});

test("a name that has nothing of its own keeps its date", () => {
  const names = ["RFT-ESG-PIT-SDI-2026-11-22", "RFT-ESG-PIT-SDI-2026-11-15"];
  for (const parents of [["RFT-ESG-PIT-SDI"], []]) {
    const of = list("file-set", names, parents);
    expect(fitName(names[0] ?? "", 22, of, ["kind", "moment"])).toBe("2026-11-22");
  }
});

test("packages lose the bucket's name, files what all of them share", () => {
  const packages = [owner, "RFT-ESG-PIT-SDI"];
  expect(
    packages.map((name) => fitName(name, 30, list("package", packages, ["bulk-ESG"]))),
  ).toEqual(["Global-Raw-Full-SchemeB-v1", "RFT-ESG-PIT-SDI"]);
  const files = ["part0", "part1"].map((part) => `${owner}-Social-Init-${moment}-${part}.csv.gz`);
  expect(fitName(files[1] ?? "", 30, list("file", files, [owner]))).toBe("part1.csv.gz");
  const [only = ""] = files;
  expect(fitName(only, 30, list("file", [only], [owner]))).toBe("Social-Init-2026…-part0.csv.gz");
});

test("a name that only begins like its package or is all of it stays whole", () => {
  const of = list("file-set", [owner, `${owner}2-Csv-Delta`, "x".repeat(90)], [owner]);
  expect(fitName(owner, 60, of)).toBe(owner);
  expect(fitName(`${owner}2-Csv`, 60, of)).toBe(`${owner}2-Csv`);
});
