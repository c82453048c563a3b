import { expect, it } from "vitest";
import { shareRuns } from "../../source/base/shared-runs.ts";

/** Runs that end when the test says so. */
function controlled() {
  const open: { end(): void; fail(): void }[] = [];
  const run = shareRuns(
    () =>
      new Promise<void>((resolve, reject) => {
        open.push({ end: resolve, fail: () => reject(new Error("failed")) });
      }),
  );
  return { open, run };
}

it("shares one later run among all who call during a run", async () => {
  const { open, run } = controlled();
  const first = run();
  const later = [run(), run(), run()];
  expect(open).toHaveLength(1);
  open[0]?.end();
  await first;
  await Promise.resolve();
  expect(open).toHaveLength(2);
  const last = run();
  open[1]?.end();
  await Promise.all(later);
  open[2]?.end();
  await last;
  expect(open).toHaveLength(3);
});

it("continues after a run that failed", async () => {
  const { open, run } = controlled();
  const first = run();
  const second = run();
  open[0]?.fail();
  await expect(first).rejects.toThrow("failed");
  open[1]?.end();
  await second;
  const third = run();
  open[2]?.end();
  await third;
});
