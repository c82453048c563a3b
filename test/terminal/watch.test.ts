import { readdir } from "node:fs/promises";
import { expect } from "vitest";
import { keys } from "../support/terminal/run-in-terminal.ts";
import { test as base } from "../support/terminal/test.ts";
import { waitUntil } from "../support/wait-until.ts";

const test = base.extend("packageId", { auto: true }, ({ sandbox: { catalogue } }) => {
  const { packageId } = catalogue.addPackage({ packageName: "One", bucketNames: ["bulk-One"] });
  catalogue.addFileSet({ name: "One-Old", packageId });
  return packageId;
});

test("w downloads a file set that is published, quitting keeps the subscription, and the next start shows it", async ({
  folder,
  open,
  packageId,
  sandbox,
}) => {
  const run = open({ words: ["bulk-One"], columns: 100, rows: 24 });
  await run.shows("1/1 package");
  expect(sandbox.push.queues()).toEqual([]);
  run.press("w");
  await run.shows("Watching One until cfs quits. New file sets go to");
  await run.shows(/One +live/);
  sandbox.push.publish({
    name: "One-New",
    packageId,
    files: [{ filename: "One-New.csv.gz", bytes: 3_000 }],
  });
  await run.shows("Saved 1 file");
  run.press(keys.enter);
  await run.shows("1/2 file sets");
  const isEmpty = () =>
    sandbox.push.queues().every(({ visible, inFlight }) => visible + inFlight === 0);
  await waitUntil(isEmpty, "an empty queue");
  run.press("q");
  expect(await run.ended).toBe(0);
  expect(await readdir(folder)).toContain("One-New.csv.gz");
  expect(sandbox.push.queues()).toHaveLength(1);
  const next = open({ words: ["bulk-One"], columns: 100, rows: 24 });
  await next.shows("1 watched package is paused. w on it resumes.");
  await next.shows(/One +paused/);
  next.press("w");
  await next.shows(/One +live/);
  expect(sandbox.push.queues()).toHaveLength(1);
});
