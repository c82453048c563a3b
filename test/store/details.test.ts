import { expect, test } from "vitest";
import { detailsOf } from "../../source/store/selectors/details.ts";
import { currentEntry } from "../../source/store/selectors/table.ts";
import { someFile } from "../fakes/listings.ts";
import { fakeProgram, goTo } from "../fakes/program.ts";

test.each([
  [0, "0 bytes"],
  [1, "1 byte"],
  [999, "999 bytes"],
  [93_000_001, "93 MB (93,000,001 bytes)"],
  [undefined, "not told by the publisher"],
])("a size of %s is told as %s", async (fileSizeInBytes, value) => {
  const fake = fakeProgram();
  fake.fileStore.filesAnswer = () => [someFile(1, { fileSizeInBytes })];
  await goTo(fake, "files");
  const details = detailsOf(currentEntry(fake.state()), fake.state().nowMs);
  expect(details).toContainEqual({ label: "Size", value });
});
