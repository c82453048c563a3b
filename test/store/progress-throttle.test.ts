import { expect, test, vi } from "vitest";
import {
  isOnlyProgress,
  progressThrottle,
} from "../../source/store/actions/downloads/progress-throttle.ts";
import { FakeTransfers } from "../support/fakes/transfers.ts";

test("progress is shown at most twice or so a second, news at once, and the last of it always", () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  try {
    let shown = 0;
    const pace = progressThrottle(() => shown++);
    for (let step = 0; step < 25; step++) {
      pace.changed(false);
      vi.advanceTimersByTime(200);
    }
    expect(shown).toBeLessThanOrEqual(12);
    const before = shown;
    pace.changed(true);
    expect(shown).toBe(before + 1);
    pace.changed(false);
    expect(shown).toBe(before + 1);
    vi.advanceTimersByTime(1000);
    expect(shown).toBe(before + 2);
    expect(vi.getTimerCount()).toBe(0);
    pace.changed(false);
    pace.changed(false);
    pace.stop();
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});

test("what comes, goes, begins or ends is news; bytes are progress", () => {
  const engine = new FakeTransfers();
  const file = { fileId: "1", fileSetId: "2", name: "part1.gz", bytes: 100 };
  const empty = engine.snapshot();
  engine.add([{ file, directory: "/downloads" }]);
  const added = engine.snapshot();
  engine.change("t1", { bytesDone: 50 });
  const half = engine.snapshot();
  engine.change("t1", { state: "saved" });
  expect(isOnlyProgress(empty, added)).toBe(false);
  expect(isOnlyProgress(added, half)).toBe(true);
  expect(isOnlyProgress(half, engine.snapshot())).toBe(false);
});
