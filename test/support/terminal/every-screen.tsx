import { several, someFile } from "../fakes/listings.ts";
import { type ProgramScreen, renderProgram, type ScreenOptions } from "./render-program.tsx";

/** More records, and more columns, than there is room for. */
const previewed = Buffer.from(`${"some text,".repeat(40)}\n`.repeat(300));

/** Every screen and what lies over them, each by the keys that lead to it from the one before, with what it shows then. */
const screenWays: readonly [name: string, keys: readonly string[], seen: string][] = [
  ["packages", [..."bulk-esg", "enter"], " packages"],
  ["file sets", ["enter"], "file sets"],
  ["details beside the rows", ["i"], "│ File set id"],
  ["details", ["i", "I"], "Details"],
  ["files", ["escape", "enter"], " files"],
  ["a preview", ["p"], "200 records so far"],
  ["columns of a preview", [">"], "columns 2"],
  ["a record", ["enter"], "Record 1"],
  ["a search", ["/", "o"], " /o"],
  ["files again", ["enter", "backspace", "backspace"], " files"],
  ["a filter", ["/", "a"], " /a"],
  ["marks", ["escape", "a"], " marked"],
  ["a range", ["A", "v", "j"], "v ends the range"],
  ["the columns", ["escape", "s"], "Sort by"],
  ["what can be copied", ["escape", "Y"], "cfs get"],
  ["the warning before an address", ["G", "enter"], "The address is a secret"],
  ["the settings", ["escape", ","], "Notifications"],
  ["the folder", ["enter"], "Download folder at every start"],
  ["help", ["escape", "escape", "?"], "Enter runs the"],
  ["what was told", ["escape", "Z", "e"], "Messages"],
  ["commands", ["escape", ":"], "Commands"],
  ["downloads", ["escape", "a", "d"], "Downloading"],
  ["the list of downloads", ["t"], "New downloads go into"],
  ["the rate limit", ["L"], "Type a rate"],
  ["a rate", ["G", "enter"], "Rate limit until"],
  ["quitting", ["escape", "q"], "Quit?"],
];

/** Goes through every screen; `look` is called on each. */
export async function throughScreens(
  options: ScreenOptions,
  look: (screen: ProgramScreen, name: string) => void,
): Promise<void> {
  const screen = renderProgram({
    columns: 100,
    rows: 30,
    ...options,
    prepare: (fake) => {
      for (const { id } of several(100, someFile)) fake.objects.objects.set(id, previewed);
      options.prepare?.(fake);
    },
  });
  await screen.until("Known buckets");
  look(screen, "the buckets");
  for (const [name, keys, seen] of screenWays) {
    screen.press(...keys);
    await screen.until(seen);
    await screen.flushed();
    look(screen, name);
  }
}
