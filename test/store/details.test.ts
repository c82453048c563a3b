import { expect, test } from "vitest";
import { detailsOf } from "../../source/store/selectors/details.ts";
import { currentRow } from "../../source/store/selectors/table.ts";
import { transferRow } from "../../source/store/state/row.ts";
import type { Transfer } from "../../source/transfer/engine.ts";
import { someFile } from "../support/fakes/listings.ts";
import { fakeProgram, goTo } from "../support/fakes/program.ts";

test.each([
  [0, "0 bytes"],
  [1, "1 byte"],
  [999, "999 bytes"],
  [93_000_001, "93 MB (93,000,001 bytes)"],
  [undefined, "not given by the publisher"],
])("a size of %s is told as %s", async (fileSizeInBytes, value) => {
  const fake = fakeProgram();
  fake.fileStore.filesAnswer = () => [someFile(1, { fileSizeInBytes })];
  await goTo(fake, "files");
  const details = detailsOf(currentRow(fake.state()), fake.state().nowMs);
  expect(details).toContainEqual({ label: "Size", value });
});

test.each<[Pick<Transfer, "state" | "verifiedBy">, string | undefined]>([
  [{ state: "saved", verifiedBy: "md5" }, "MD5"],
  [{ state: "saved", verifiedBy: "zip" }, "zip checksums"],
  [{ state: "skipped", verifiedBy: "size" }, "size only"],
  [{ state: "saved" }, "nothing: neither checksum nor size is known"],
  [{ state: "running" }, undefined],
])("a download that is %j was verified by %s", (change, value) => {
  const file = { fileId: "1", fileSetId: "set", name: "a.csv" };
  const counts = { bytesDone: 0, bytesFetched: 0, bytesPerSecond: 0, seconds: 0 };
  const item: Transfer = { id: "t1", file, directory: "/downloads", ...counts, ...change };
  const details = detailsOf(transferRow(item), 0);
  expect(details.find(({ label }) => label === "Verified by")?.value).toBe(value);
});
