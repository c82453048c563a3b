import { PassThrough } from "node:stream";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { AppError } from "../../source/base/errors.ts";
import { createProgress } from "../../source/commands/console/progress.ts";
import {
  liveLines,
  type ProgressView,
  totalLine,
} from "../../source/commands/console/progress-lines.ts";
import type { Transfer } from "../../source/transfer/engine.ts";

const running: Transfer = {
  id: "1",
  file: { fileId: "1", fileSetId: "2", name: "Bulk-ESG-Global-Raw-Init-2026-01-04-part0.csv.gz" },
  directory: "/made",
  state: "running",
  bytesDone: 30_000_000,
  bytesTotal: 93_000_000,
  bytesFetched: 30_000_000,
  bytesPerSecond: 9_000_000,
  secondsLeft: 7,
  seconds: 3,
};

const view: ProgressView = {
  transfers: [running, { ...running, id: "2", state: "queued", bytesDone: 0 }],
  totals: {
    running: 1,
    queued: 1,
    done: 0,
    failed: 0,
    bytesDone: 30_000_000,
    bytesTotal: 186_000_000,
    bytesPerSecond: 9_000_000,
    secondsLeft: 156 / 9,
  },
  outside: {
    waiting: 3,
    waitingBytes: 14_000_000,
    done: 5,
    failed: 1,
    doneBytes: 100_000_000,
    endedBytes: 150_000_000,
  },
};

const total = "6 of 11 files  130 MB of 350 MB  37%  9.0 MB/s  ETA 19s  1 failed";

it("counts what is in the engine and what is outside it", () => {
  expect(totalLine(view)).toBe(total);
});

it("shows the rate limit until the end", () => {
  const limit = { bytesPerSecond: 5_000_000, until: "18:00" };
  expect(totalLine({ ...view, limit })).toBe(`${total}  limited to 5 MB/s until 18:00`);
  const unlimited = { bytesPerSecond: Number.POSITIVE_INFINITY };
  expect(totalLine({ ...view, limit: unlimited })).toBe(total);
});

it("does not claim at the end that everything arrived if something failed", () => {
  const totals = { ...view.totals, bytesDone: 0, bytesTotal: 0, bytesPerSecond: 0 };
  const outside = { ...view.outside, waiting: 0, waitingBytes: 0 };
  const over = { transfers: [], totals, outside };
  expect(totalLine(over)).toBe("6 of 6 files  100 MB of 150 MB  1 failed");
  const whole = { ...outside, failed: 0, doneBytes: 150_000_000 };
  expect(totalLine({ ...over, outside: whole })).toBe("5 of 5 files  150 MB");
});

it("shows of each file as much as fits, and the total last", () => {
  const [file = "", last] = liveLines(view, { columns: 100, rows: 5, blocks: "ascii" });
  expect(file).toMatch(
    /^Bulk-ESG\S*…\S+part0\.csv\.gz +32% {2}9\.0 MB\/s {2}ETA 7s +\[#{5}-{11}\] {2}30 MB of 93 MB +$/,
  );
  expect(last).toBe(total);
  for (const columns of [1, 10, 30, 60, 80, 120])
    for (const line of liveLines(view, { columns, rows: 5, blocks: "unicode" }))
      expect(line.length).toBeLessThanOrEqual(columns);
  expect(liveLines(view, { columns: 80, rows: 1, blocks: "ascii" })).toEqual([total]);
});

it.each([
  ["C.UTF-8", "▕████▎           ▏"],
  ["C", "[####------------]"],
])("draws bars that a terminal with the locale %s can show", (locale, bar) => {
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 120 });
  const variables = { TERM: "xterm", LC_ALL: locale };
  const progress = createProgress(stream, { quiet: false, variables });
  const share = { ...running, bytesDone: 27, bytesTotal: 100 };
  progress.show({ ...view, transfers: [share] });
  expect(String(stream.read())).toContain(bar);
  progress.end();
});

/** What was written since the last call; each read may return one chunk only. */
function written(stream: PassThrough): string {
  let text = "";
  for (let chunk = stream.read(); chunk !== null; chunk = stream.read()) text += chunk;
  return text;
}

it("removes the bars before a message, and draws them again below it", () => {
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
  const progress = createProgress(stream, { quiet: false, variables: { TERM: "xterm" } });
  progress.show(view);
  const drawn = written(stream);
  progress.above(() => void stream.write("cfs: a note\n"));
  expect(written(stream)).toBe(`\r\u001b[2A\u001b[Jcfs: a note\n${drawn}`);
  progress.end();
});

it("counts the rows of wide characters that a narrower terminal has wrapped", () => {
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 41 });
  const progress = createProgress(stream, { quiet: false, variables: { TERM: "xterm" } });
  const wide = { ...running, file: { ...running.file, name: "漢".repeat(30) } };
  progress.show({ ...view, transfers: [wide] });
  stream.read();
  stream.columns = 24;
  progress.end();
  // Two lines of 40 cells each.
  expect(String(stream.read())).toBe("\r\u001b[4A\u001b[J");
});

describe("where no terminal is", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("a line comes every few seconds, while something changes, and one at the end", () => {
    const stream = new PassThrough();
    const progress = createProgress(stream, { quiet: false });
    for (let count = 0; count < 10; count += 1) progress.show(view);
    vi.advanceTimersByTime(4_000);
    expect(written(stream)).toBe("");
    vi.advanceTimersByTime(20_000);
    expect(written(stream)).toBe(`${total}\n`);
    const ended = { ...view.outside, done: 11 };
    progress.show({ ...view, transfers: [], outside: ended });
    progress.end();
    expect(written(stream)).toMatch(/^12 of 15 files /);
    vi.advanceTimersByTime(20_000);
    expect(written(stream)).toBe("");
  });

  it("gives the reason, and no rate, if all transfers wait", () => {
    const stream = new PassThrough();
    const progress = createProgress(stream, { quiet: false });
    const error = new AppError({ kind: "service", tried: "Fetching a", answered: "no answer" });
    const retry = { error, attempt: 3, inSeconds: 4 };
    const transfers = [{ ...running, retry, bytesPerSecond: 0 }];
    progress.show({ ...view, transfers, totals: { ...view.totals, bytesPerSecond: 0 } });
    vi.advanceTimersByTime(5_000);
    const why = "retrying in 4s (3): no answer";
    expect(written(stream)).toBe(`6 of 10 files  130 MB of 350 MB  37%  1 failed  ${why}\n`);
    progress.end();
  });

  it("nothing comes of a short call, and nothing at all with quiet", () => {
    const stream = new PassThrough();
    const short = createProgress(stream, { quiet: false });
    short.show(view);
    short.end();
    const quiet = createProgress(stream, { quiet: true });
    quiet.show(view);
    vi.advanceTimersByTime(20_000);
    quiet.end();
    expect(written(stream)).toBe("");
  });

  it("lines come again after an end, if there is something to show again", () => {
    const stream = new PassThrough();
    const progress = createProgress(stream, { quiet: false });
    for (const round of [1, 2]) {
      progress.show(view);
      vi.advanceTimersByTime(5_000);
      progress.end();
      expect(String(stream.read()).split("\n")).toHaveLength(2);
      expect(vi.getTimerCount(), `timers after round ${round}`).toBe(0);
    }
  });

  it("no clock runs before there is something to show, nor after the end", () => {
    const progress = createProgress(new PassThrough(), { quiet: false });
    progress.above(() => undefined);
    expect(vi.getTimerCount()).toBe(0);
    progress.show(view);
    progress.show(view);
    expect(vi.getTimerCount()).toBe(1);
    progress.end();
    expect(vi.getTimerCount()).toBe(0);
  });
});
