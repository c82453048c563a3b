import { expect, onTestFinished, test } from "vitest";
import { Bandwidth } from "../../source/base/bandwidth.ts";
import type { Package } from "../../source/domain/entities.ts";
import { startTerminalProgram } from "../../source/ui/start.ts";
import { FakeListingCache } from "../support/fakes/listing-cache.ts";
import { several, someFile, someFileSet, somePackage } from "../support/fakes/listings.ts";
import { FakeObjects } from "../support/fakes/objects.ts";
import { FakePreferences } from "../support/fakes/preferences.ts";
import { FakeAuth, FakeFileStore } from "../support/fakes/service.ts";
import { FakeStdin, FakeStdout } from "../support/fakes/terminal.ts";
import { FakeTransfers } from "../support/fakes/transfers.ts";
import { FakeWatches } from "../support/fakes/watches.ts";
import { emulate } from "../support/terminal/emulator.ts";

function start(prepare: (fileStore: FakeFileStore) => void = () => {}) {
  const auth = new FakeAuth();
  const fileStore = new FakeFileStore();
  const transfers = new FakeTransfers();
  auth.kept = { kind: "password", user: "GE-A-1", host: "https://api.refinitiv.com" };
  fileStore.packagesAnswer = () => several(2, somePackage);
  fileStore.fileSetsAnswer = () => several(2, someFileSet);
  fileStore.filesAnswer = () => several(2, someFile);
  prepare(fileStore);
  const stdin = new FakeStdin();
  const stdout = new FakeStdout(80, 24);
  // As Node does for a real terminal.
  const askSize = () => stdout.emit("resize");
  process.on("SIGWINCH", askSize);
  onTestFinished(() => void process.off("SIGWINCH", askSize));
  const exitCode = startTerminalProgram({
    account: {
      auth,
      fileStore,
      transfers,
      openPreview: new FakeObjects().openPreview,
      openWatch: new FakeWatches().openWatch,
      pausedWatches: new FakeWatches().pausedWatches,
      preferences: new FakePreferences(),
      listingCache: new FakeListingCache(),
    },
    bandwidth: new Bandwidth(),
    host: "https://api.refinitiv.com",
    version: "1.2.3",
    workingDirectory: "/downloads",
    bucket: "bulk-ESG",
    notices: ["The settings file was damaged and set aside as settings.json.1."],
    stdin,
    stdout,
    variables: {},
    demo: false,
  });
  const emulator = emulate(80, 24);
  let shown = 0;
  const until = (text: string) =>
    new Promise<void>((resolve) => {
      const look = async () => {
        const news = stdout.written.slice(shown);
        shown = stdout.written.length;
        await emulator.write(news);
        if (!emulator.text().join("\n").includes(text)) return;
        stdout.frames.off("write", look);
        resolve();
      };
      stdout.frames.on("write", look);
      void look();
    });
  return { exitCode, stdin, stdout, transfers, until };
}

const leaveAlternateScreen = "\u001b[?1049l";

function expectGivenBack({ stdin, stdout }: { stdin: FakeStdin; stdout: FakeStdout }): void {
  expect(stdin.isRaw).toBe(false);
  expect(stdout.written).toContain("\u001b[?1049h");
  expect(stdout.written.split(leaveAlternateScreen)).toHaveLength(2);
  expect(stdout.written.lastIndexOf("\u001b[?25h")).toBeGreaterThan(
    stdout.written.lastIndexOf("\u001b[?25l"),
  );
  expect(stdout.written).not.toContain("\u001b[3J");
}

test("q restores the terminal and lists what was saved on the normal screen", async () => {
  const screen = start();
  await screen.until("Bulk-ESG-Global-Content2-v1");
  expect(screen.stdin.isRaw).toBe(true);
  await screen.until("The settings file was damaged");
  screen.transfers.add([
    {
      directory: "/downloads",
      file: { fileId: "1", fileSetId: "2", name: "part1.gz", bytes: 21e6 },
    },
    {
      directory: "/downloads",
      file: { fileId: "3", fileSetId: "2", name: "part2.gz", bytes: 21e6 },
    },
  ]);
  screen.transfers.change("t1", { state: "saved" });
  screen.transfers.change("t2", { state: "paused" });
  screen.stdin.write("q");
  expect(await screen.exitCode).toBe(0);
  expectGivenBack(screen);
  const after = screen.stdout.written.split(leaveAlternateScreen).at(-1);
  expect(after).toContain("Saved 1 file, 21 MB, in /downloads\n");
  expect(after).toContain("1 download not finished, to be resumed at the next start.\n");
  expect(screen.transfers.calls).toEqual(["stop"]);
});

test("^L draws for the size that the terminal has now", async () => {
  const screen = start();
  await screen.until("Bulk-ESG-Global-Content2-v1");
  screen.stdout.rows = 9;
  screen.stdin.write("\u000c");
  await screen.until("cfs needs 40x10 cells");
  screen.stdin.write("q");
  expect(await screen.exitCode).toBe(0);
});

test("a fault in a screen ends with the terminal given back and one sentence after it", async () => {
  const broken: Package = { ...somePackage(1) };
  Object.defineProperty(broken, "isEntitled", {
    get: () => {
      throw new Error("the screen fell over");
    },
  });
  const screen = start((fileStore) => {
    fileStore.packagesAnswer = () => [broken];
  });
  expect(await screen.exitCode).toBe(1);
  expectGivenBack(screen);
  const after = screen.stdout.written.split(leaveAlternateScreen).at(-1);
  expect(after).toContain("cfs ended because of a fault. Error: the screen fell over\n");
  expect(screen.transfers.calls).toEqual(["stop"]);
});

test("a terminal that is gone ends the program after the transfers are kept", async () => {
  const screen = start();
  await screen.until("Bulk-ESG-Global-Content2-v1");
  screen.stdout.emit("error", Object.assign(new Error("write EIO"), { code: "EIO" }));
  expect(await screen.exitCode).toBe(129);
  expect(screen.transfers.calls).toEqual(["stop"]);
});
