import { describe, expect, test } from "vitest";
import { capabilitiesOf } from "../../source/terminal/capabilities.ts";
import { FrameWriter } from "../../source/terminal/render/frame-writer.ts";
import { several, someFile, someFileSet } from "../support/fakes/listings.ts";
import { goTo, queued } from "../support/fakes/program.ts";
import { type ProgramScreen, renderProgram } from "../support/terminal/render-program.tsx";

const sizes = [
  [60, 15],
  [80, 24],
  [120, 30],
  [200, 50],
] as const;

async function fileSetsAt(columns: number, rows: number): Promise<ProgramScreen> {
  const screen = renderProgram({ columns, rows });
  screen.fake.fileStore.fileSetsAnswer = () => several(60, someFileSet);
  await goTo(screen.fake, "file-sets");
  await screen.until("1/60 file sets");
  return screen;
}

/** The rows of the list, without the titles above them. */
const rowsOf = ({ lines }: ProgramScreen) => lines().slice(2, -2);

test.each(sizes)(
  "the row under the cursor is inverse over all columns, in one colour, at %ix%i",
  async (columns, rows) => {
    const screen = await fileSetsAt(columns, rows);
    const painted = screen.painted().split("\n")[2] ?? "";
    const inverse = /^\u001b\[7m(.*?)\u001b\[27m/.exec(painted)?.[1] ?? "";
    expect(inverse).not.toContain("\u001b");
    const line = screen.lines()[2] ?? "";
    const list = line.indexOf("│") < 0 ? line : line.slice(0, line.indexOf("│")).trimEnd();
    expect(inverse.trimEnd()).toBe(list.trimEnd());
    // Between columns and details nothing is drawn, which costs fewer bytes.
    if (list === line) expect(inverse).toHaveLength(columns);
  },
);

test.each(sizes)(
  "a list of choices covers the rows if there is room, at %ix%i",
  async (columns, rows) => {
    const screen = await fileSetsAt(columns, rows);
    const before = rowsOf(screen);
    screen.press("s");
    await screen.until("Sort by");
    const isBox = columns > 60;
    expect(screen.frame().includes("┌─ Sort by ─")).toBe(isBox);
    expect(screen.lines()[0]).toContain(isBox ? "File sets" : "Sort by");
    expect(rowsOf(screen).at(-1) === before.at(-1)).toBe(isBox);
    screen.press("escape");
    await screen.until((frame) => !frame.includes("Sort by"));
    expect(rowsOf(screen)).toEqual(before);
  },
);

test("under a box the row with the cursor is bold, and only the box has an inverse row", async () => {
  const screen = await fileSetsAt(120, 30);
  screen.press("Y");
  await screen.until("┌─ Copy ─");
  const painted = screen.painted().split("\n");
  expect(painted.filter((line) => line.includes("\u001b[7m"))).toHaveLength(1);
  expect(painted[2]).toContain("\u001b[1m");
});

test("under a box no field is marked as if it had the focus", async () => {
  const screen = renderProgram({ columns: 80, rows: 24 });
  await screen.until("› Bucket");
  screen.press("?");
  expect(await screen.until("┌─ Help ─")).not.toContain("›");
  screen.press("escape");
  await screen.until("› Bucket");
});

test("from 160 columns details are beside the rows until i hides them", async () => {
  const screen = await fileSetsAt(160, 24);
  await screen.until("│ File set id");
  screen.press("i");
  await screen.until((frame) => !frame.includes("│ File set id"));
  screen.press("i");
  await screen.until("│ File set id");
  screen.resize(120, 24);
  await screen.until("│ File set id");
});

test("at 200 columns names are whole beside the details, and without them there are more columns", async () => {
  const screen = await fileSetsAt(200, 50);
  const newest = someFileSet(60).name;
  expect(rowsOf(screen)[0]).toContain(newest);
  screen.press("i");
  await screen.until("Created, UTC");
  expect(rowsOf(screen)[0]).toContain(newest);
});

test("beside the details the kind of a file is whole", async () => {
  const screen = renderProgram({
    columns: 200,
    rows: 50,
    prepare: ({ fileStore }) => {
      fileStore.filesAnswer = () => [
        someFile(1, { filename: "EsgPITDataPoint.2025.I.2026-11-22-0857.zip" }),
      ];
    },
  });
  await goTo(screen.fake, "files");
  await screen.until(/0857\.zip +Update /);
});

test.each(sizes)(
  "a move onto a row that is PENDING or expires soon, or off it, costs at most 300 bytes at %ix%i",
  async (columns, rows) => {
    const screen = renderProgram({ columns, rows, environment: { TERM: "xterm-256color" } });
    screen.fake.program.store.setState({ directory: "/data/feeds/incoming/esg/weekly/raw/2026" });
    screen.fake.fileStore.fileSetsAnswer = () =>
      several(5, (number) =>
        someFileSet(number, {
          name: `Bulk-FMRD-Global-Instruments-v1-Csv-Delta-2026-11-2${number}T02:15:40Z`,
          status: number === 4 ? "PENDING" : "READY",
          availableTo: number === 2 ? "1970-01-01T08:00:00Z" : "1970-01-12T00:00:00Z",
        }),
      );
    await goTo(screen.fake, "file-sets");
    await screen.until("1/5 file sets");
    const writer = new FrameWriter(capabilitiesOf("xterm"));
    const bytes = () => Buffer.byteLength(writer.update(screen.painted(), { columns, rows }));
    for (const [from, key, to] of [
      [1, "j", 2],
      [2, "j", 3],
      [3, "j", 4],
      [4, "j", 5],
      [5, "k", 4],
      [4, "k", 3],
      [3, "k", 2],
      [2, "k", 1],
    ] as const) {
      if (columns >= 160) await screen.until(new RegExp(`File set id +4000-aaaa-${6 - from}`));
      bytes();
      screen.press(key);
      await screen.until(`${to}/5 file sets`);
      expect(bytes()).toBeLessThanOrEqual(300);
    }
  },
);

describe("beside the details at 200x50,", () => {
  const size = { columns: 200, rows: 50 };
  const date = "2026-11-22T16:04:11.525Z";
  const kinds = ["Csv-Delta", "Csv-Init", "Jsonl-Delta", "Jsonl-Init"];

  /** A package as the largest feeds have it: names of 70 cells. */
  async function feed() {
    const screen = renderProgram(size);
    screen.fake.fileStore.fileSetsAnswer = () =>
      kinds.map((kind, at) =>
        someFileSet(at + 1, { name: `Bulk-ESG-Europe-Scores-Full-SchemeB-v1-${kind}-${date}` }),
      );
    await goTo(screen.fake, "file-sets");
    await screen.until("1/4 file sets");
    return screen;
  }

  test("a move costs at most 300 bytes, and the details of the next row at most 150", async () => {
    const screen = await feed();
    const writer = new FrameWriter(capabilitiesOf("xterm"));
    const bytes = () => Buffer.byteLength(writer.update(screen.painted(), size));
    bytes();
    screen.press("j");
    await screen.until("2/4 file sets");
    expect(bytes()).toBeLessThanOrEqual(300);
    await screen.until("│ File set id     4000-aaaa-3");
    expect(bytes()).toBeLessThanOrEqual(150);
  });

  test("a move costs at most 300 bytes, whatever is coloured in names of 74 cells", async () => {
    const screen = renderProgram({ ...size, environment: { TERM: "xterm-256color" } });
    screen.fake.fileStore.fileSetsAnswer = () =>
      several(4, (number) =>
        someFileSet(number, {
          name: `Bulk-ESG-Global-Raw-Full-Part-v1-Social-${number % 2 === 0 ? "Csv-Init" : "Csv-Delta"}-${date}`,
          availableTo: number === 2 ? "1970-01-02T11:30:00Z" : "1970-01-12T00:00:00Z",
        }),
      );
    await goTo(screen.fake, "file-sets");
    await screen.until("1/4 file sets");
    const writer = new FrameWriter(capabilitiesOf("xterm"));
    const bytes = () => Buffer.byteLength(writer.update(screen.painted(), size));
    for (const [from, key, to] of [
      [1, "j", 2],
      [2, "j", 3],
      [3, "k", 2],
      [2, "k", 1],
    ] as const) {
      await screen.until(new RegExp(`File set id +4000-aaaa-${5 - from}`));
      bytes();
      screen.press(key);
      await screen.until(`${to}/4 file sets`);
      expect(bytes()).toBeLessThanOrEqual(300);
    }
  });

  test("a move over downloads with Unicode bars costs at most 330 bytes", async () => {
    const screen = renderProgram({ ...size, blocks: "unicode" });
    await goTo(screen.fake, "files");
    screen.press("a", "d");
    await queued(screen.fake);
    const { transfers } = screen.fake;
    for (const id of ["t1", "t2", "t3"]) {
      const moving = { bytesDone: 40_000_000, bytesPerSecond: 18_000_000, secondsLeft: 185 };
      transfers.change(id, { state: "running", ...moving });
    }
    screen.press("t", "g", "j");
    await screen.until("2/4 downloads");
    await screen.until(/File id +4000-ffff-2/);
    const writer = new FrameWriter(capabilitiesOf("xterm"));
    const bytes = () => Buffer.byteLength(writer.update(screen.painted(), size));
    bytes();
    screen.press("j");
    await screen.until("3/4 downloads");
    expect(bytes()).toBeLessThanOrEqual(330);
  });

  test("the details are those of the row where the cursor rests", async () => {
    const screen = await feed();
    screen.press("j", "j");
    const moved = await screen.until("3/4 file sets");
    expect(moved).toMatch(/File set id +4000-aaaa-4/);
    await screen.until(/File set id +4000-aaaa-2/);
  });

  test("a long name is over the details, on as many lines for each row", async () => {
    const screen = await feed();
    const heads: string[][] = [];
    for (const number of [4, 3, 2, 1]) {
      await screen.until(`│ File set id     4000-aaaa-${number}`);
      heads.push(
        screen
          .lines()
          .slice(1, 3)
          .map((line) => line.slice(line.indexOf("│") + 2).trimEnd()),
      );
      screen.press("j");
    }
    expect(heads.map((lines) => lines.length)).toEqual([2, 2, 2, 2]);
    expect(heads.map((lines) => lines.join(""))).toEqual(
      kinds.toReversed().map((kind) => `Bulk-ESG-Europe-Scores-Full-SchemeB-v1-${kind}-${date}`),
    );
  });
});
