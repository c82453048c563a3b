import { expect, test } from "vitest";
import { several, someFile } from "../support/fakes/listings.ts";
import { goTo } from "../support/fakes/program.ts";
import { recordWalk, type WalkStep } from "../support/terminal/record-walk.ts";
import { renderProgram } from "../support/terminal/render-program.tsx";

const records = several(
  24,
  (number) =>
    `${JSON.stringify({
      ObjectId: (number * 7919).toString(16).padStart(16, "0"),
      OrganizationId: 4295000000 + number,
      Scores: { Combined: { Value: number / 100 }, Grade: number % 2 === 0 ? "A" : "B-" },
      Company: `Alder ${number} Holdings plc`,
      Note: "Reported by the company, checked against its annual report. ".repeat(2).trim(),
    })}\n`,
);

const steps: readonly WalkStep[] = [
  { name: "the preview", keys: ["p"], seen: "1/24 records" },
  { name: "the search while it is typed", keys: ["/", ..."alder 2"], seen: "/alder 2" },
  { name: "the next match", keys: ["enter", "n"], seen: "20/24 records" },
  { name: "the record", keys: ["enter"], seen: "Record 20" },
  { name: "the record, folded", keys: ["z"], seen: "+ Scores" },
];

test("a search in a preview looks as recorded at every size", async () => {
  const screen = renderProgram({
    columns: 80,
    rows: 24,
    prepare: ({ fileStore, objects }) => {
      fileStore.filesAnswer = () => [someFile(1, { filename: "Init-2026-11-22.jsonl" })];
      objects.objects.set("4000-ffff-1", Buffer.from(records.join("")));
    },
  });
  await goTo(screen.fake, "files");
  await expect(await recordWalk(screen, steps)).toMatchFileSnapshot("walks/preview-search.txt");
});

const isWideEnough = (columns: number) => columns >= 100;

const stepsBeside: readonly WalkStep[] = [
  { name: "the files", seen: "1/3 files" },
  {
    name: "the preview beside the first",
    keys: ["P"],
    seen: "all 24 records",
    isSeenLaterAt: isWideEnough,
  },
  {
    name: "the preview of the next row",
    keys: ["j"],
    seen: "all 2 records",
    isSeenLaterAt: isWideEnough,
  },
  {
    name: "a file that cannot be previewed",
    keys: ["j"],
    seen: "could not be previewed",
    isSeenLaterAt: isWideEnough,
  },
  // No pane: nothing but the rows.
  { name: "the rows again", keys: ["P"], seen: /^[^│]*$/ },
];

test("a preview beside the rows looks as recorded at every size", async () => {
  const contents = [records.join(""), "City,People\nOslo,709037\nTurku,195137\n"];
  const screen = renderProgram({
    columns: 120,
    rows: 30,
    prepare: ({ fileStore, objects }) => {
      fileStore.filesAnswer = () =>
        several(3, (number) =>
          someFile(number, {
            filename: `Init-2026-11-22-part${number}.${number === 1 ? "jsonl" : "csv"}`,
          }),
        );
      for (const [at, content] of contents.entries()) {
        objects.objects.set(`4000-ffff-${at + 1}`, Buffer.from(content));
      }
    },
  });
  await goTo(screen.fake, "files");
  await expect(await recordWalk(screen, stepsBeside, [120, 30])).toMatchFileSnapshot(
    "walks/preview-beside.txt",
  );
});
