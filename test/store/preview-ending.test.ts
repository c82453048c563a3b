import { expect, test } from "vitest";
import type { Preview, PreviewContent, PreviewProgress } from "../../source/preview/preview.ts";
import { endingOf } from "../../source/store/actions/preview/previews.ts";

const preview = (
  content: PreviewContent = { format: "text" },
  progress: Partial<PreviewProgress> = {},
): Preview => ({
  ...content,
  next: async () => [],
  progress: () => ({ bytesFetched: 1, objectBytes: 2, isOver: false, ...progress }),
});

test("a preview continues until it holds the most that is kept of one file", () => {
  expect(endingOf(preview(), 19_999, 1e6)).toBeUndefined();
  const full = "The preview ends after 20,000 records. d downloads the whole file.";
  expect(endingOf(preview(), 20_000, 1e6)).toBe(full);
  expect(endingOf(preview(), 30, 17e6)).toContain("after 30 records");
  expect(endingOf(preview(undefined, { isOver: true }), 20_000, 1e6)).toBeUndefined();
  const ending = "Record 2 is longer than 1.0 MB; the preview ends there.";
  expect(endingOf(preview(undefined, { isOver: true, ending }), 2, 1e6)).toBe(ending);
});

test("a zip with a long directory says that only its first entries are listed", () => {
  const zip = preview({ format: "zip", entries: [], entryCount: 70_000 }, { isOver: true });
  expect(endingOf(zip, 0, 0)).toBe("Only the first 0 of 70,000 entries are listed.");
});
