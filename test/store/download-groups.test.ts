import { expect } from "vitest";
import { countsOf, currentPlace, rowsOf } from "../../source/store/selectors/table.ts";
import { isTable } from "../../source/store/state/place.ts";
import type { TransferState } from "../../source/transfer/engine.ts";
import { type FakeProgram, fakeProgram, goTo } from "../support/fakes/program.ts";
import { test as base } from "../support/test.ts";

const file = (fileSetId: string, number: number) => ({
  fileId: `${fileSetId}-${number}`,
  fileSetId,
  fileSetName: `Set ${fileSetId}`,
  name: `${fileSetId}${number}`,
  bytes: 100,
});

/** Three files of set A as t1 to t3, one of B as t4, two of C as t5 and t6. */
const test = base.extend("fake", async (): Promise<FakeProgram> => {
  const fake = fakeProgram();
  await goTo(fake, "files");
  const files = [
    file("A", 1),
    file("A", 2),
    file("A", 3),
    file("B", 1),
    file("C", 1),
    file("C", 2),
  ];
  fake.transfers.add(files.map((one) => ({ file: one, directory: "/d" })));
  fake.press("t");
  return fake;
});

function change(fake: FakeProgram, states: Record<string, TransferState>): void {
  fake.transfers.changeTogether(
    new Map(Object.entries(states).map(([id, state]) => [id, { state }])),
  );
}

test("files stand under their set, failed and active ones first", ({ fake }) => {
  expect(fake.names()).toEqual(["Set A", "A1", "A2", "A3", "B1", "Set C", "C1", "C2"]);
  change(fake, { t1: "saved", t3: "running", t5: "saved", t6: "failed" });
  expect(fake.names()).toEqual(["Set C", "C2", "C1", "Set A", "A3", "A2", "A1", "B1"]);
});

test("a set has the totals of its files", ({ fake }) => {
  fake.transfers.changeTogether(
    new Map([
      ["t1", { state: "saved", bytesDone: 100 }],
      ["t2", { state: "running", bytesDone: 50, bytesPerSecond: 10 }],
      ["t3", { state: "cancelled", bytesDone: 70 }],
    ]),
  );
  const [group] = rowsOf(fake.state(), currentPlace(fake.state())).shown;
  expect(group).toMatchObject({
    kind: "group",
    item: { counts: "1/2", total: { bytesDone: 150, bytesTotal: 200, secondsLeft: 5 } },
  });
});

test("a set whose files are all cancelled says so, with its size", ({ fake }) => {
  change(fake, { t1: "cancelled", t2: "cancelled", t3: "cancelled" });
  const { shown } = rowsOf(fake.state(), currentPlace(fake.state()));
  expect(shown.find(({ name }) => name === "Set A")).toMatchObject({
    item: { counts: "cancelled", total: { state: "cancelled", bytesTotal: 300 } },
  });
});

test("Enter on a set hides its files and shows them again; a filter shows them too", ({ fake }) => {
  fake.press("g", "enter");
  expect(fake.names()).toEqual(["Set A", "B1", "Set C", "C1", "C2"]);
  fake.press("/", "A", "2", "enter");
  expect(fake.names()).toEqual(["A2"]);
  fake.press("escape", "g", "enter");
  expect(fake.names()).toHaveLength(8);
});

test("sets are not counted and not marked", ({ fake }) => {
  fake.press("G", "a");
  const place = currentPlace(fake.state());
  expect(isTable(place) && countsOf(fake.state(), place)).toEqual({ row: 6, shown: 6, all: 6 });
  expect(fake.state().views["downloads"]?.marks.size).toBe(6);
});

test("keys on a set act on all its files", ({ fake }) => {
  fake.press("g", "space");
  expect(fake.transfers.calls).toEqual(["pause t1", "pause t2", "pause t3"]);
  fake.press("g", "x");
  expect(fake.state().overlay).toMatchObject({ kind: "cancel-downloads" });
});

test("the files of one set need no row for it", ({ fake }) => {
  change(fake, { t4: "saved", t5: "saved", t6: "saved" });
  fake.press("c");
  expect(fake.names()).toEqual(["A1", "A2", "A3"]);
});

test("J and K show the queue and move in it; the column of the sort groups again", ({ fake }) => {
  fake.press("g", "j", "J");
  expect(fake.transfers.calls).toEqual(["later t1"]);
  expect(fake.names()).toEqual(["A2", "A1", "A3", "B1", "C1", "C2"]);
  expect(fake.current()).toBe("A1");
  expect(fake.state().notice?.text).toBe("Shown as queued. s groups by file set again.");
  fake.press("s", "g", "enter");
  expect(fake.names()).toHaveLength(8);
});
