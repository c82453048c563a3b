import { expect, test } from "vitest";
import { several, someFile } from "../support/fakes/listings.ts";
import { goTo } from "../support/fakes/program.ts";
import { renderProgram } from "../support/terminal/render-program.tsx";

const sizes = [
  [60, 15],
  [80, 24],
  [120, 30],
  [200, 50],
] as const;

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

/** Each step with the keys that lead to it and what it shows then. */
const steps: readonly [name: string, keys: readonly string[], seen: string][] = [
  ["the preview", ["p"], "1/24 records"],
  ["the search while it is typed", ["/", ..."alder 2"], "/alder 2"],
  ["the next match", ["enter", "n"], "20/24 records"],
  ["the record", ["enter"], "Record 20"],
  ["the record, folded", ["z"], "+ Scores"],
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
  const frames: string[] = [];
  for (const [name, keys, seen] of steps) {
    screen.resize(80, 24);
    screen.press(...keys);
    await screen.until(seen);
    for (const [columns, rows] of sizes) {
      screen.resize(columns, rows);
      await screen.flushed();
      const lines = screen.lines().map((line) => line.trimEnd());
      frames.push(
        `== ${name}, ${columns}x${rows}\n${lines.join("\n").replace(/\n{3,}/g, "\n\n")}\n`,
      );
    }
  }
  await expect(frames.join("\n")).toMatchFileSnapshot("walks/preview-search.txt");
});
