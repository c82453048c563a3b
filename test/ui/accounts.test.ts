import { expect, onTestFinished } from "vitest";
import { Bandwidth } from "../../source/base/bandwidth.ts";
import { AppError } from "../../source/base/errors.ts";
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
import { test } from "../support/test.ts";

const host = "https://api.refinitiv.com";
const ctrlO = "\u000f";
const ctrlC = "\u0003";

function fakeAccount(user: string) {
  const auth = new FakeAuth();
  const fileStore = new FakeFileStore();
  auth.kept = { kind: "password", user, host };
  fileStore.packagesAnswer = () => several(2, somePackage);
  fileStore.fileSetsAnswer = () => several(2, someFileSet);
  fileStore.filesAnswer = () => several(2, someFile);
  const watches = new FakeWatches();
  return {
    watches,
    auth,
    fileStore,
    transfers: new FakeTransfers(),
    openPreview: new FakeObjects().openPreview,
    openWatch: watches.openWatch,
    pausedWatches: watches.pausedWatches,
    preferences: new FakePreferences(),
    listingCache: new FakeListingCache(),
  };
}

const file = { fileId: "1", fileSetId: "2", name: "part1.gz", bytes: 20e6 };
const request = { directory: "/downloads", file };

const it = test
  .extend("accounts", () => ({ default: fakeAccount("GE-A-1"), archive: fakeAccount("GE-A-2") }))
  .extend("opened", (): string[] => [])
  /** The program with the default account shown, and "archive" to switch to. */
  .extend("screen", ({ accounts, opened }) => {
    const stdin = new FakeStdin();
    const stdout = new FakeStdout(100, 24);
    const askSize = () => stdout.emit("resize");
    process.on("SIGWINCH", askSize);
    onTestFinished(() => void process.off("SIGWINCH", askSize));
    const { default: first, archive } = accounts;
    const exitCode = startTerminalProgram({
      account: first,
      bandwidth: new Bandwidth(),
      profile: "default",
      profiles: {
        current: "default",
        list: () =>
          Object.entries(accounts).map(([name, { auth }]) => ({
            name,
            user: auth.kept?.user,
            isSignedIn: auth.kept !== undefined,
          })),
        async open(name) {
          opened.push(name);
          return archive;
        },
      },
      host,
      version: "1.2.3",
      workingDirectory: "/downloads",
      notices: [],
      stdin,
      stdout,
      variables: {},
      demo: false,
    });
    const emulator = emulate(100, 24);
    let drawn = 0;
    const text = async () => {
      const news = stdout.written.slice(drawn);
      drawn = stdout.written.length;
      await emulator.write(news);
      return emulator.text().join("\n");
    };
    const shows = (wanted: string | RegExp) =>
      new Promise<string>((resolve) => {
        const look = async () => {
          const now = await text();
          if (typeof wanted === "string" ? !now.includes(wanted) : !wanted.test(now)) return;
          stdout.frames.off("write", look);
          resolve(now);
        };
        stdout.frames.on("write", look);
        void look();
      });
    return {
      exitCode,
      stdout,
      shows,
      press: (keys: string) => void stdin.write(keys),
      async leave() {
        stdin.write(ctrlC + ctrlC);
        expect(await exitCode).toBe(0);
      },
    };
  });

it("a watch continues in its account while another one is shown", async ({ accounts, screen }) => {
  await screen.shows(/ cfs @default .* GE-A-1 /);
  screen.press("bulk-ESG\r");
  await screen.shows("Bulk-ESG-Global-Content2-v1");
  screen.press("w");
  const watch = await accounts.default.watches.running();
  watch.subscribe();
  await screen.shows(/Content1-v1 +live/);
  screen.press("@");
  await screen.shows("Profiles");
  screen.press("\r");
  await screen.shows(/ cfs @archive .* GE-A-2 /);
  void watch.arrive(someFileSet(5));
  await screen.shows("default: Bulk-ESG-Global-Content1-v1-Jsonl-Delta-2023-01-06");
  expect(accounts.default.transfers.snapshot().transfers).toHaveLength(2);
  expect(accounts.archive.transfers.snapshot().transfers).toEqual([]);
  await screen.leave();
});

it("@ and Enter switch between two accounts, each where it was left", async ({
  opened,
  screen,
}) => {
  await screen.shows(/ cfs @default .* GE-A-1 /);
  screen.press("bulk-ESG\r");
  await screen.shows("Bulk-ESG-Global-Content2-v1");
  screen.press("@");
  const menu = await screen.shows("Profiles");
  expect(menu).toMatch(/default +GE-A-1 · current/);
  expect(menu).toMatch(/archive +GE-A-2/);
  screen.press("\r");
  const switched = await screen.shows(/ cfs @archive .* GE-A-2 /);
  expect(switched).toContain("Known buckets");
  expect(switched).not.toContain("Content2");
  screen.press(`${ctrlO}\r`);
  const back = await screen.shows(/ cfs @default +bulk-ESG › Packages/);
  expect(back).toContain("Bulk-ESG-Global-Content2-v1");
  expect(opened).toEqual(["archive"]);
  await screen.leave();
});

it("the rate limit is that of all accounts", async ({ screen }) => {
  await screen.shows(/ cfs @default /);
  screen.press("bulk-ESG\r");
  await screen.shows("Bulk-ESG-Global-Content2-v1");
  screen.press("tLj\r");
  await screen.shows("   limited to 1 MB/s");
  screen.press("@\r");
  await screen.shows(/ cfs @archive /);
  screen.press("bulk-ESG\r");
  await screen.shows("Bulk-ESG-Global-Content2-v1");
  screen.press("t");
  await screen.shows("   limited to 1 MB/s");
  await screen.leave();
});

it("downloads of the account that is not shown continue, and quitting asks about them", async ({
  accounts,
  screen,
}) => {
  await screen.shows("@default");
  accounts.default.transfers.add([request]);
  accounts.default.transfers.change("t1", { state: "running", bytesDone: 5e6 });
  await screen.shows("↓ 0/1 25%");
  screen.press(`${ctrlO}\r`);
  await screen.shows(/ cfs @archive .*@default ↓ 25%/);
  expect(accounts.default.transfers.calls).toEqual([]);
  screen.press("bulk-ESG\r");
  await screen.shows("Packages");
  screen.press("t");
  await screen.shows("   @default 0/1");
  accounts.archive.transfers.add([{ ...request, file: { ...file, fileId: "9" } }]);
  await screen.shows("@archive 0/1   @default 0/1");
  screen.press("q");
  await screen.shows("Quit? 0 downloads running, 1 waiting. In default: 1 download running.");
  screen.press("w");
  await screen.shows("Will quit when downloads finish.");
  accounts.archive.transfers.change("t1", { state: "saved", path: "/downloads/part1.gz" });
  accounts.default.transfers.change("t1", { state: "saved", path: "/downloads/part1 (2).gz" });
  expect(await screen.exitCode).toBe(0);
  const after = screen.stdout.written.split("\u001b[?1049l").at(-1);
  expect(after).toContain("Saved 2 files, 40 MB, in /downloads");
  for (const { transfers } of Object.values(accounts)) expect(transfers.calls).toEqual(["stop"]);
});

it("what happens to the account that is not shown is reported with its name", async ({
  accounts,
  screen,
}) => {
  await screen.shows("@default");
  accounts.default.transfers.add([request]);
  screen.press(`${ctrlO}\r`);
  await screen.shows("@archive");
  const error = new AppError({ kind: "disk", tried: "Saving part1.gz", answered: "it broke" });
  accounts.default.transfers.change("t1", { state: "failed", error });
  await screen.shows("default: Saving part1.gz: it broke.");
  const ended = new AppError({ kind: "sign-in", tried: "Renewing", answered: "invalid_grant" });
  accounts.default.transfers.change("t1", { state: "queued", error: undefined });
  accounts.default.transfers.change("t1", { state: "failed", error: ended });
  const warned = await screen.shows("default: your session has expired. @ switches there.");
  expect(warned).toContain("@archive");
  screen.press(`${ctrlO}\r`);
  await screen.shows("Sign in to api.refinitiv.com");
  await screen.leave();
});

it("the sign-in form leads back to another account, and keeps what was typed", async ({
  accounts,
  screen,
}) => {
  accounts.archive.auth.kept = undefined;
  await screen.shows("@default");
  screen.press(ctrlO);
  expect(await screen.shows("Profiles")).toMatch(/archive +signed out/);
  screen.press("\r");
  await screen.shows("Sign in to api.refinitiv.com");
  screen.press("GE-A-7");
  expect(await screen.shows("GE-A-7")).toContain("@archive");
  screen.press(`${ctrlO}\r`);
  await screen.shows(/@default .*GE-A-1/);
  screen.press(`${ctrlO}\r`);
  await screen.shows("GE-A-7");
  await screen.leave();
});
