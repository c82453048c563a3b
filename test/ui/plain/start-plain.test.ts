import { expect, test } from "vitest";
import { Bandwidth } from "../../../source/base/bandwidth.ts";
import { startPlainProgram } from "../../../source/ui/plain/start-plain.ts";
import { FakeListingCache } from "../../support/fakes/listing-cache.ts";
import { several, someFile, someFileSet, somePackage } from "../../support/fakes/listings.ts";
import { FakeObjects } from "../../support/fakes/objects.ts";
import { FakePreferences } from "../../support/fakes/preferences.ts";
import { FakeAuth, FakeFileStore } from "../../support/fakes/service.ts";
import { FakeStdin, FakeStdout } from "../../support/fakes/terminal.ts";
import { FakeTransfers } from "../../support/fakes/transfers.ts";
import { FakeWatches } from "../../support/fakes/watches.ts";

test("the program is lines of text: no other screen, nothing but line ends to steer the terminal", async () => {
  const auth = new FakeAuth();
  const fileStore = new FakeFileStore();
  auth.kept = { kind: "password", user: "GE-A-1", host: "https://api.refinitiv.com" };
  fileStore.packagesAnswer = () => several(2, somePackage);
  fileStore.fileSetsAnswer = () => several(2, someFileSet);
  fileStore.filesAnswer = () => several(2, someFile);
  const stdin = new FakeStdin();
  const stdout = new FakeStdout(80, 24);
  const until = (text: string) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (!stdout.written.includes(text)) return;
        stdout.frames.off("write", look);
        resolve();
      };
      stdout.frames.on("write", look);
      look();
    });
  const ended = startPlainProgram({
    account: {
      auth,
      fileStore,
      transfers: new FakeTransfers(),
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
    notices: [],
    stdin,
    stdout,
    variables: {},
    demo: false,
  });
  await until("1 of 2: Bulk-ESG-Global-Content1-v1");
  stdin.write("j");
  await until("2 of 2: Bulk-ESG-Global-Content2-v1");
  stdin.write("\u001b[A\r");
  await until("File sets");
  await until("1 of 2: Bulk-ESG-Global-Content1-v1-Jsonl");
  stdin.write("/init");
  await until("Filter: ");
  stdin.write("\u0003");
  expect(await ended).toBe(0);
  expect(stdin.isRaw).toBe(false);
  expect(stdout.written).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f]/);
});
