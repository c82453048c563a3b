import { mkdtemp, rm } from "node:fs/promises";
import { describe, expect } from "vitest";
import { createTransferEngine } from "../../source/transfer/create-engine.ts";
import { FakeClock } from "../support/fakes/clock.ts";
import { UnsteadyStore } from "../support/fakes/unsteady-store.ts";
import { recordWalk, type WalkStep } from "../support/terminal/record-walk.ts";
import { renderProgram } from "../support/terminal/render-program.tsx";
import { test as base } from "../support/test.ts";

const test = base
  /** Always as long, because the frames show where its path is cut. */
  .extend("folder", async ({ onTestFinished }) => {
    const folder = await mkdtemp("/tmp/cfs-test-");
    onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 20 }));
    return folder;
  })
  .extend("clock", () => new FakeClock())
  .extend("store", () => new UnsteadyStore())
  .extend("engine", ({ clock, store }, { onCleanup }) => {
    const engine = createTransferEngine({ source: store, clock, retriesUntilStopped: true });
    onCleanup(() => engine.stop());
    return engine;
  })
  .extend("downloads", ({ clock, engine, folder }) => {
    return (columns: number, rows: number) => {
      // Its size decides that it is not fetched into memory first.
      const file = { fileId: "1", fileSetId: "2", name: "part1.csv" };
      engine.add([{ file, directory: folder }]);
      const services = { transfers: engine, nowMs: clock.nowMs };
      const screen = renderProgram({ columns, rows, bucket: "bulk-ESG", services });
      return screen;
    };
  });

describe("a service that does not answer", () => {
  test.for([
    [60, 15],
    [80, 24],
    [120, 30],
    [200, 50],
  ] as const)(
    "is shown in the row with the next retry at %ix%i",
    async ([columns, rows], { clock, downloads }) => {
      const screen = downloads(columns, rows);
      await screen.until("Content2");
      screen.press("t");
      for (let attempt = 1; attempt < 6; attempt += 1) await clock.toNextEnd();
      const frame = await screen.until(/part1\.csv +retrying in 7s \(6\): connec/);
      expect(frame.split("\n")[0]).toContain("retrying");
      expect(frame).toMatch(/ ! (?:store\.example could not be reached: )?connection refused\./);
    },
  );

  test("looks as recorded at every size", async ({ clock, downloads, folder }) => {
    const steps: readonly WalkStep[] = [
      { name: "the first retry", keys: ["t"], seen: "retrying in 1s (1)" },
      {
        name: "the sixth retry",
        change: async () => {
          for (let attempt = 1; attempt < 6; attempt += 1) await clock.toNextEnd();
        },
        seen: "retrying in 7s (6)",
      },
      { name: "the paused download", keys: ["space"], seen: /part1\.csv +paused/ },
    ];
    const screen = downloads(80, 24);
    await screen.until("Content2");
    const walk = await recordWalk(screen, steps);
    await expect(walk.replaceAll(folder, "/downloads")).toMatchFileSnapshot(
      "walks/dead-service.txt",
    );
  });

  test("is asked again until it answers", async ({ clock, downloads, store }) => {
    const screen = downloads(80, 24);
    await screen.until("Content2");
    screen.press("t");
    for (let attempt = 1; attempt < 20; attempt += 1) await clock.toNextEnd();
    await screen.until("retrying in 30s (20)");
    store.state = "alive";
    clock.run();
    await screen.until(/part1\.csv +saved/);
  });

  test("is left alone while its download is paused", async ({ clock, downloads }) => {
    const screen = downloads(80, 24);
    await screen.until("Content2");
    screen.press("t");
    await clock.waiting();
    await screen.until("retrying in 1s (1)");
    screen.press("space");
    await screen.until(/part1\.csv +paused/);
  });
});

test("a connection that sends nothing is stalled, for as long as it is silent", async ({
  clock,
  downloads,
  store,
}) => {
  store.state = "silent";
  const screen = downloads(80, 24);
  await screen.until("Content2");
  screen.press("t");
  const percentEnd = (frame: string) => /^.*part1\.csv.*?%/m.exec(frame)?.[0].length;
  const running = percentEnd(await screen.until(/part1\.csv +running.*%/));
  clock.advance(12_000);
  const frame = await screen.until(/part1\.csv +stalled 12s/);
  expect(percentEnd(frame)).toBe(running);
  expect(frame.split("\n")[0]).toContain("stalled");
});
