import { expect, test } from "vitest";
import { cutAlike, fitName, type NameList, nameFacts } from "../../source/text/short-name.ts";

const owner = "Bulk-ESG-Global-Raw-Full-SchemeB-v1";
const moment = "2026-11-22T16:11:18.777Z";

function list(
  of: NameList["of"],
  names: readonly string[],
  parents: Pick<NameList, "bucket" | "package"> = {},
): NameList {
  return { of, ...parents, facts: nameFacts(names) };
}

test("file sets of a package lose its name, and the parts that stand in columns", () => {
  const names = [`${owner}-Social-Csv-Init-${moment}`, `${owner}-Env-Jsonl-Delta-${moment}`];
  const of = list("file-set", names, { bucket: "bulk-ESG", package: owner });
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
  const of = list("file-set", names, { bucket: "bulk-ESG" });
  const shown = names.map((name) => fitName(name, 34, of, ["kind", "moment"]));
  expect(shown).toEqual(["Global-Raw-Fu…chemeB-v1-Social-Csv", "RFT-ESG-PIT-SDI"]);
});

test("file sets without a known package lose what all of them share, but not all they have", () => {
  const [init, delta] = ["Init", "Delta"].map((kind) => `${owner}-Social-Csv-${kind}-${moment}`);
  const jsonl = `${owner}-Social-Jsonl-Init-${moment}`;
  const shown = (names: string[]) =>
    fitName(names[0] ?? "", 40, list("file-set", names, { bucket: "bulk-ESG" }), [
      "kind",
      "moment",
    ]);
  expect(shown([init ?? "", jsonl])).toBe("Csv");
  expect(shown([init ?? "", delta ?? ""])).toBe("Global-Raw-Full-SchemeB-v1-Social-Csv");
});

test("a name that has nothing of its own keeps its date", () => {
  const names = ["RFT-ESG-PIT-SDI-2026-11-22", "RFT-ESG-PIT-SDI-2026-11-15"];
  const shown = (parents: Pick<NameList, "package">) =>
    fitName(names[0] ?? "", 22, list("file-set", names, parents), ["kind", "moment"]);
  expect(shown({ package: "RFT-ESG-PIT-SDI" })).toBe("2026-11-22");
  expect(shown({})).toBe("RFT-ESG-PIT-SDI");
});

test("packages lose the bucket's name, files what all of them share", () => {
  const packages = [owner, "RFT-ESG-PIT-SDI"];
  expect(
    packages.map((name) => fitName(name, 30, list("package", packages, { bucket: "bulk-ESG" }))),
  ).toEqual(["Global-Raw-Full-SchemeB-v1", "RFT-ESG-PIT-SDI"]);
  const files = ["part0", "part1"].map((part) => `${owner}-Social-Init-${moment}-${part}.csv.gz`);
  expect(fitName(files[1] ?? "", 30, list("file", files, { package: owner }))).toBe("part1.csv.gz");
  const [only = ""] = files;
  expect(fitName(only, 30, list("file", [only], { package: owner }))).toBe(
    "Social-Init…-part0.csv.gz",
  );
});

test("files keep what stands before and after the date", () => {
  const names = [2003, 2004].flatMap((year) =>
    ["ValueScore", "Topic"].map((kind) => `${kind}.${year}.F.2026-11-22-0857.zip`),
  );
  const shown = (width: number) => fitName(names[0] ?? "", width, list("file", names));
  expect(shown(34)).toBe("ValueScore.2003.F.2026-11-22….zip");
  expect(shown(32)).toBe("ValueScore.2003.F…11-22….zip");
  expect(shown(27)).toBe("ValueScore.2003.F….zip");
  expect(shown(18)).toBe("Valu…e.2003.F….zip");
});

test("files of a list are cut at the same place, to the minute, the date, or the day of the year", () => {
  const names = ["Delta", "Init"].map((kind) => `${kind}-${moment}.csv.gz`);
  const shown = (width: number) =>
    names.map((name) => fitName(name, width, cutAlike(list("file", names), names, width)));
  expect(shown(36)).toEqual(["Delta-2026-11-22T16:11….csv.gz", "Init-2026-11-22T16:11….csv.gz"]);
  expect(shown(29)).toEqual(["Delta-2026-11-22….csv.gz", "Init-2026-11-22….csv.gz"]);
  expect(shown(23)).toEqual(["Delta…11-22….csv.gz", "Init…11-22….csv.gz"]);
  expect(shown(17)).toEqual(["Delta….csv.gz", "Init….csv.gz"]);
});

test("a shared word may end where a capital letter starts the next one in every name", () => {
  const shown = (...starts: string[]) => {
    const names = starts.map((start) => `${start}.2003.F.2026-11-22-0857.zip`);
    return names.map((name) => fitName(name, 22, list("file", names)));
  };
  expect(shown("EsgPITValueScore", "EsgPITTopicScore", "EsgPITTopic")).toEqual([
    "ValueScore.2003.F….zip",
    "TopicScore.2003.F….zip",
    "Topic.2003.F….zip",
  ]);
  expect(shown("EsgPITTopicScore", "EsgPITTypes")).toEqual([
    "TopicScore.2003.F….zip",
    "Types.2003.F….zip",
  ]);
  expect(shown("EsgPITTopicScore", "EsgPITtypes")[1]).toBe("EsgPIT…pes.2003.F….zip");
});

test("a name that only begins like its package or is all of it stays whole", () => {
  const of = list("file-set", [owner, `${owner}2-Csv-Delta`, "x".repeat(90)], { package: owner });
  expect(fitName(owner, 60, of)).toBe(owner);
  expect(fitName(`${owner}2-Csv`, 60, of)).toBe(`${owner}2-Csv`);
});
