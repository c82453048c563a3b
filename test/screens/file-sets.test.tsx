import { expect, test } from "vitest";
import type { FileSet } from "../../source/domain/entities.ts";
import { someFile, someFileSet } from "../support/fakes/listings.ts";
import { renderProgram } from "../support/terminal/render-program.tsx";

const day = (number: number) => `2026-11-${String(number).padStart(2, "0")}T00:00:00Z`;

function delivery(kind: "Init" | "Delta", from: number, to: number): FileSet {
  return someFileSet(to, {
    name: `Bulk-ESG-Global-Social-Jsonl-${kind}-${day(to)}`,
    contentFrom: kind === "Init" ? "1970-01-01T00:00:00Z" : day(from),
    contentTo: day(to),
    availableTo: "1970-01-01T07:30:00Z",
  });
}

const sets = [delivery("Init", 0, 1), delivery("Delta", 1, 2), delivery("Delta", 5, 6)];

test.each([
  [120, 30],
  [80, 24],
  [60, 15],
  [40, 10],
])("a gap is shown across the row at %ix%i, without a hue too", async (columns, rows) => {
  const screen = renderProgram({
    bucket: "bulk-ESG",
    columns,
    rows,
    environment: { NO_COLOR: "1" },
    prepare: ({ fileStore }) => (fileStore.fileSetsAnswer = () => sets),
  });
  await screen.until("Packages");
  screen.press("enter");
  await screen.until("1/3");
  screen.press("n");
  const frame = await screen.until("gap: 3 days missing");
  expect(frame.split("\n")[3]).toContain("gap: 3 days missing, 2026-11-02");
});

test.each([
  [60, 15],
  [40, 10],
])("details that go on below the edge say so at %ix%i", async (columns, rows) => {
  const screen = renderProgram({ bucket: "bulk-ESG", columns, rows });
  await screen.until("Packages");
  screen.press("enter");
  await screen.until("1/9");
  screen.press("i");
  const [, below = ""] = /(\d+) more below/.exec(await screen.until("more below")) ?? [];
  for (let line = 1; line < Number(below); line++) screen.press("down");
  await screen.until("1 more below");
  screen.press("down");
  await screen.until((frame) => frame.includes("Modified") && !frame.includes("more below"));
});

test("at 60x15 the position stays beside the newest only, and beside marks", async () => {
  const screen = renderProgram({
    bucket: "bulk-ESG",
    columns: 60,
    rows: 15,
    prepare: ({ fileStore }) =>
      (fileStore.fileSetsAnswer = () => [delivery("Delta", -1, 0), ...sets]),
  });
  await screen.until("Packages");
  screen.press("enter");
  await screen.until("1/4 file sets");
  screen.press("n", "j", "g");
  await screen.until(/ {3}newest \(n\) {3}1\/3 of 4 file sets$/m);
  screen.press("space");
  await screen.until(/ {3}1 marked {3}newest \(n\) {3}\d\/3 of 4$/m);
});

test("a gap is not counted as a file set", async () => {
  const screen = renderProgram({
    bucket: "bulk-ESG",
    prepare: ({ fileStore }) => (fileStore.fileSetsAnswer = () => sets),
  });
  await screen.until("Packages");
  screen.press("enter");
  await screen.until("1/3");
  screen.press("n", "G", "I", "I");
  await screen.until("3/3 file sets");
});

test("a filter counts the file sets that it leaves, and no gap", async () => {
  const screen = renderProgram({
    bucket: "bulk-ESG",
    columns: 110,
    prepare: ({ fileStore }) => (fileStore.fileSetsAnswer = () => sets),
  });
  await screen.until("Packages");
  screen.press("enter");
  await screen.until("1/3");
  screen.press("n");
  screen.type("/delta");
  await screen.until("filter: delta (2 of 3)");
});

test("what is new, what is in the folder and what ends soon are said in words or signs", async () => {
  const [init, ...deltas] = sets;
  const screen = renderProgram({
    bucket: "bulk-ESG",
    columns: 120,
    prepare: ({ listingCache, fileStore, onDisk }) => {
      const account = { host: "https://api.refinitiv.com", kind: "password" } as const;
      const user = { ...account, user: "GE-A-00000001-1-0001" };
      const packageId = "4000-0000-00000001";
      const kept = { listedAtMs: 0, settled: false };
      listingCache.put(
        user,
        { kind: "file-sets", bucket: "bulk-ESG", packageId },
        { kind: "file-sets", items: deltas.slice(0, 1), ...kept },
      );
      listingCache.put(
        user,
        { kind: "files", fileSetId: deltas[0]?.id ?? "" },
        { kind: "files", items: [someFile(1)], listedAtMs: 0, settled: true },
      );
      onDisk.set(someFile(1).filename.replaceAll(":", "_"), 93_000_001);
      fileStore.fileSetsAnswer = () => (init ? [init, ...deltas] : []);
    },
  });
  await screen.until("Packages");
  screen.press("enter");
  const frame = await screen.until((text) => text.includes("✓") && text.includes("/3"));
  const rows = frame.split("\n").slice(1, 5);
  expect(rows[0]).toMatch(/Name +New +Kind +Date, UTC ↓ +Files +Status +Disk +Available/);
  expect(rows[1]).toMatch(/ new +Delta .* READY {8,}7h left/);
  expect(rows[2]).toMatch(/ {5}Delta .* READY +✓ +7h left/);
  expect(frame).toContain("Expires soon: 7h left.");
});

test("row, details and status agree on how long a file set is available, as of the last key", async () => {
  let nowMs = Date.parse("2026-11-26T00:00:00Z");
  const screen = renderProgram({
    bucket: "bulk-ESG",
    columns: 120,
    services: { nowMs: () => nowMs },
    prepare: ({ fileStore }) =>
      (fileStore.fileSetsAnswer = () => [
        someFileSet(1, { availableTo: "2026-11-26T03:00:00Z" }),
        someFileSet(2, { availableTo: "2026-11-29T00:00:00Z" }),
      ]),
  });
  await screen.until("Packages");
  screen.press("enter");
  const first = await screen.until((text) => text.includes("1/2 file sets"));
  expect(first.split("\n").slice(2, 4).join()).toMatch(/3d left.*3h left/);
  nowMs += 26 * 3_600_000;
  screen.press("j");
  const next = await screen.until((text) => text.includes("2/2 file sets"));
  expect(next.split("\n").slice(2, 4).join()).toMatch(/46h left.*expired/);
  screen.press("k");
  await screen.until("Expires soon: 46h left.");
  screen.press("I");
  await screen.until("(46h left)");
  screen.press("escape", "enter");
  await screen.until("part1");
  nowMs += 3_600_000;
  screen.press("escape");
  await screen.until("Expires soon: 45h left.");
});

test.each([
  [120, 30, /^ {3}Name ↑ +Kinds +Newest Init +Deltas +Chain +12 weeks$/],
  [80, 24, /^ {3}Name ↑ +Newest Init +Deltas +Chain +12 weeks$/],
  [60, 15, /^ {3}Name ↑ +Newest Init +Chain +12 weeks$/],
  [40, 10, /^ {3}Name ↑ +Chain$/],
])(
  "file sets by series at %ix%i have a gap in words and the weeks as a strip",
  async (columns, rows, titles) => {
    const screen = renderProgram({
      bucket: "bulk-ESG",
      columns,
      rows,
      environment: { NO_COLOR: "1" },
      services: { nowMs: () => Date.parse(day(9)) },
      prepare: ({ fileStore }) => (fileStore.fileSetsAnswer = () => sets),
    });
    await screen.until("Packages");
    screen.press("enter");
    await screen.until("1/3");
    screen.press("b");
    const frame = await screen.until(/by series|1 series in/);
    const [, title = "", series = ""] = frame.split("\n");
    expect(title.trimEnd()).toMatch(titles);
    expect(series.trimEnd()).toMatch(columns < 60 ? / gap$/ : / gap +#=$/);
    screen.press("enter");
    await screen.until("1/3 file sets");
    screen.press("escape");
    await screen.until(/ gap/);
  },
);
