import { describe, expect, it } from "vitest";
import { createSelection } from "../../source/domain/selection.ts";

const ofKind = (kind: "init" | "delta") => createSelection({ kind, key: kind });
const ofFormat = (format: "csv" | "jsonl" | "zip") => createSelection({ format, key: format });

describe("the name of a file set", () => {
  it.for([
    ["Bulk-ESG-Csv-Init-2026-11-22", "all", "none"],
    ["RFT-ESG-Raw-init-2021-01-17", "all", "none"],
    ["EsgPIT.F.2023-12-10", "all", "none"],
    ["Bulk-ESG-Csv-Delta-2026-11-22", "none", "all"],
    ["EsgPIT.I.2023-12-10", "none", "all"],
    ["RFT-ESG-PIT-SDI-2026-11-22", "some", "some"],
  ] as const)("%s shows its kind: init %s, delta %s", ([name, init, delta]) => {
    expect(ofKind("init").fileSet({ name })).toBe(init);
    expect(ofKind("delta").fileSet({ name })).toBe(delta);
  });

  it.for([
    ["Bulk-ESG-Csv-Init-2026-11-22", "all", "none", "some"],
    ["Bulk-ESG-Jsonl-Init-2026-11-22", "none", "all", "some"],
    ["RFT-ESG-PIT-SDI-2026-11-22", "some", "some", "some"],
    ["Zip-Archive-2026-11-22", "some", "some", "all"],
    ["Csvs-and-Jsonlines-2026-11-22", "some", "some", "some"],
  ] as const)("%s shows its format: csv %s, jsonl %s, zip %s", ([name, csv, jsonl, zip]) => {
    expect(ofFormat("csv").fileSet({ name })).toBe(csv);
    expect(ofFormat("jsonl").fileSet({ name })).toBe(jsonl);
    expect(ofFormat("zip").fileSet({ name })).toBe(zip);
  });

  it("has a series without kind and date", () => {
    const selection = createSelection({ series: (name) => name === "Bulk-ESG-Csv", key: "" });
    expect(selection.fileSet({ name: "Bulk-ESG-Csv-Init-2026-11-22" })).toBe("all");
    expect(selection.fileSet({ name: "Bulk-ESG-Jsonl-Init-2026-11-22" })).toBe("none");
  });
});

describe("the name of a file", () => {
  const set = (name: string) => ({ name });

  it.for([
    ["part0.csv.gz", undefined, true],
    ["part0.CSV", undefined, true],
    ["part0.csv.zip", undefined, true],
    ["part0.jsonl.gz", undefined, false],
    ["part0.zip", undefined, false],
    ["part0", undefined, false],
    ["part0", set("Feed-Csv-Init-2026-11-22"), true],
    ["part0.csv.gz", set("RFT-ESG-PIT-SDI-2026-11-22"), true],
    ["part0.zip", set("RFT-ESG-PIT-SDI-2026-11-22"), false],
  ] as const)("%s of %j is csv: %s", ([filename, fileSet, isCsv]) => {
    expect(ofFormat("csv").file({ filename }, fileSet)).toBe(isCsv);
  });

  it.for([
    ["Scores.2006.I.2023-12-17-0857.zip", undefined, true],
    ["Scores.2006.F.2023-12-17-0857.zip", undefined, false],
    ["readme.txt", undefined, false],
    ["readme.txt", set("Feed-Delta-2026-11-22"), true],
  ] as const)("%s of %j is of a Delta: %s", ([filename, fileSet, isDelta]) => {
    expect(ofKind("delta").file({ filename }, fileSet)).toBe(isDelta);
  });

  it("decides alone if files are selected by name", () => {
    const selection = createSelection({
      kind: "init",
      fileName: (name) => name.endsWith(".gz"),
      key: "gz",
    });
    expect(selection.fileSet(set("Feed-Init-2026-11-22"))).toBe("some");
    expect(selection.fileSet(set("Feed-Delta-2026-11-22"))).toBe("none");
    expect(selection.file({ filename: "a.gz" }, set("Feed-Init-2026-11-22"))).toBe(true);
    expect(selection.file({ filename: "a.txt" }, set("Feed-Init-2026-11-22"))).toBe(false);
    expect(selection.file({ filename: "a.gz" }, set("Feed-Delta-2026-11-22"))).toBe(false);
  });
});
