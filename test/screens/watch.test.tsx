import { expect, test } from "vitest";
import { AppError } from "../../source/base/errors.ts";
import { several, someFile, someFileSet } from "../support/fakes/listings.ts";
import { isListedAt } from "../support/fakes/program.ts";
import type { FakeWatch } from "../support/fakes/watches.ts";
import { type ProgramScreen, renderProgram } from "../support/terminal/render-program.tsx";

const name = "Bulk-ESG-Global-Content1-v1";
const arriving = someFileSet(20, { numFiles: 3 });

async function onPackages(columns = 120): Promise<ProgramScreen> {
  const screen = renderProgram({ columns, bucket: "bulk-ESG" });
  screen.fake.fileStore.filesAnswer = () =>
    several(3, (number) => someFile(number, { fileSizeInBytes: 18_000_000 }));
  await screen.until("2 packages");
  return screen;
}

/** Resolves when `text` is on the screen, on one line or several. */
function says(screen: ProgramScreen, text: string): Promise<string> {
  return screen.until((frame) => frame.replace(/\s+/g, " ").includes(text));
}

/** The first package is watched, and notifications arrive. */
async function watched(columns?: number): Promise<ProgramScreen & { watch: FakeWatch }> {
  const screen = await onPackages(columns);
  screen.press("w");
  await screen.until("starting");
  const watch = await screen.fake.watches.running();
  watch.subscribe();
  await screen.until("live");
  return { ...screen, watch };
}

test.each([60, 80, 120, 200])("w marks the package as watched at %i columns", async (columns) => {
  const screen = await watched(columns);
  const frame = await screen.until("Watching");
  expect(frame).toMatch(/Name +.*Watched/);
  expect(frame).toMatch(/Content1-v1 +live/);
  expect(frame).not.toMatch(/Content2-v1 +live/);
  expect(screen.watch.wanted).toMatchObject({
    user: "GE-A-00000001-1-0001",
    bucket: "bulk-ESG",
    packageId: "4000-0000-00000001",
    directory: "/downloads",
  });
});

test("a notice says what begins, and w ends it with its subscription", async () => {
  const screen = await watched();
  await says(screen, `Watching ${name} until cfs quits. New file sets go to /downloads.`);
  expect(screen.frame()).toContain("w end watch");
  screen.press("w");
  await says(screen, `Stopped watching ${name}.`);
  await screen.until((frame) => !frame.includes("Watched"));
  await screen.watch.called("run", "stop", "end");
});

test("a subscription that could not be removed is reported with what to do", async () => {
  const screen = await watched();
  screen.watch.endAnswer = new AppError({
    kind: "service",
    tried: "Removing the subscription 1",
    answered: "the service is unavailable",
  });
  screen.press("w");
  await says(screen, "cfs subscriptions lists it, and rm removes it.");
});

test("a file set that arrives appears in its list as new, and downloads", async () => {
  const screen = await watched();
  screen.press("enter");
  await screen.fake.until(isListedAt("file-sets"));
  await screen.until("watched (w)");
  const isHere = screen.watch.arrive(arriving);
  await says(screen, `${arriving.name} arrived, 3 files, 54 MB: downloading. t shows downloads.`);
  await screen.until(/new +Init/);
  expect(screen.fake.names()[0]).toBe(arriving.name);
  screen.press("t");
  await screen.until("3 downloads");
  const { transfers } = screen.fake;
  const ids = transfers.snapshot().transfers.map(({ id }) => id);
  transfers.changeTogether(new Map(ids.map((id) => [id, { state: "saved" as const }])));
  expect(await isHere).toBe(true);
});

test("without notifications the package is listed, and the row and a notice say so", async () => {
  const screen = await watched();
  screen.watch.poll("Notifications are not available: denied. Listing every 15 minutes instead.");
  await says(
    screen,
    `! Watching ${name}: Notifications are not available: denied. Listing every 15 minutes instead.`,
  );
  expect(await screen.until("polling")).toMatch(/Content1-v1 +polling/);
  screen.watch.listen("Notifications arrive again.");
  expect(await screen.until("live")).toMatch(/Content1-v1 +live/);
  await says(screen, `Watching ${name}: Notifications arrive again.`);
});

test("the details say how a package is watched", async () => {
  const screen = await watched(80);
  screen.press("i");
  await screen.until(/Watched +yes, by notifications/);
});

test("w on the file sets of a package watches it too", async () => {
  const screen = await onPackages();
  screen.press("enter");
  await screen.until("1/9 file sets");
  screen.press("w");
  await screen.until("watched: starting (w)");
  (await screen.fake.watches.running()).subscribe();
  await screen.until("watched (w)");
  screen.press("w");
  await screen.until((frame) => !frame.includes("watched"));
});

test("without room a file set is not downloaded, and the notice says what to do", async () => {
  const screen = await watched();
  screen.fake.disk.freeBytes = 21_000_000;
  expect(await screen.watch.arrive(arriving)).toBe(true);
  await says(screen, "not downloaded. Not enough disk space in /downloads: 54 MB needed for 3");
  await says(screen, "o changes the folder, then d downloads it.");
  expect(screen.fake.state().overlay).toBeUndefined();
  expect(screen.fake.transfers.snapshot().transfers).toEqual([]);
});

test("many files are downloaded without a question", async () => {
  const screen = await watched();
  screen.fake.fileStore.filesAnswer = () => several(101, (number) => someFile(number));
  void screen.watch.arrive(arriving);
  await says(screen, "arrived, 101 files, 9.4 GB: downloading.");
  expect(screen.fake.state().overlay).toBeUndefined();
});

test("a large file set is not downloaded without a question, and none is asked", async () => {
  const screen = await watched();
  screen.fake.fileStore.filesAnswer = () => [someFile(1, { fileSizeInBytes: 10_000_000_001 })];
  expect(await screen.watch.arrive(arriving)).toBe(true);
  await says(screen, "not downloaded, because it is large. d downloads it.");
  expect(screen.fake.state().overlay).toBeUndefined();
  expect(screen.fake.transfers.snapshot().transfers).toEqual([]);
});

test("a watch that fails ends with a notice", async () => {
  const screen = await watched();
  screen.watch.fail(
    new AppError({ kind: "service", tried: "Receiving notifications", answered: "refused twice" }),
  );
  await says(screen, "is no longer watched; w watches it again.");
  expect(screen.frame()).not.toContain("Watched");
});

test.each([60, 80, 200])(
  "what an earlier program watched is marked as paused at %i columns, and w resumes it",
  async (columns) => {
    const screen = renderProgram({
      columns,
      bucket: "bulk-ESG",
      prepare: ({ watches }) => {
        watches.paused = ["4000-0000-00000001"];
      },
    });
    await says(screen, "1 watched package is paused. w on it resumes.");
    await screen.until(/Content1-v1 +paused/);
    expect(screen.fake.watches.opened).toEqual([]);
    screen.press("w");
    const watch = await screen.fake.watches.running();
    watch.subscribe();
    expect(await screen.until("live")).toMatch(/Content1-v1 +live/);
    screen.press("w");
    await screen.until((frame) => !frame.includes("Watched"));
    await watch.called("run", "stop", "end");
  },
);
