import { expect, test } from "vitest";
import { firstSettings } from "../../../source/domain/settings.ts";
import { currentPreview } from "../../../source/store/selectors/preview.ts";
import { createProgressSpeech, utterances } from "../../../source/ui/plain/speech.ts";
import { several, someFileSet } from "../../support/fakes/listings.ts";
import {
  type FakeProgram,
  fakeProgram,
  goTo,
  isListedAt,
  queued,
} from "../../support/fakes/program.ts";

/** Everything that is said from now on, as one text. */
function listening(fake: FakeProgram) {
  let text = "";
  fake.program.store.subscribe((now, before) => {
    for (const said of utterances(before, now, { host: "api.refinitiv.com" })) {
      text += said.kind === "line" ? `\n${said.text}\n` : said.text;
    }
  });
  return {
    take() {
      const taken = text;
      text = "";
      return taken;
    },
  };
}

test("each screen is said with its count and its row, a move with the row alone", async () => {
  const fake = fakeProgram();
  await goTo(fake, "packages");
  const heard = listening(fake);
  fake.press("enter");
  await fake.until(isListedAt("file-sets"));
  const opened = heard.take();
  expect(opened).toContain("bulk-ESG, Bulk-ESG-Global-Content1-v1, File sets");
  expect(opened).toContain("9 file sets");
  expect(opened).toContain("1 of 9: Bulk-ESG-Global-Content1-v1-Jsonl-Delta-2023-01-10");
  fake.press("j");
  expect(heard.take()).toMatch(/^\n2 of 9: .*, Kind Init, Date, UTC 2023-01-09 16:00,.*READY.*\n$/);
  fake.press("space");
  expect(heard.take()).not.toContain("File sets");
  fake.press("G", "j");
  expect(heard.take().match(/9 of 9/g)).toHaveLength(1);
  fake.press("enter");
  await fake.until(isListedAt("files"));
  expect(heard.take()).toContain("4 files, 372 MB");
});

test("a watched package is said with its row, and with the count of its file sets", async () => {
  const fake = fakeProgram();
  await goTo(fake, "packages");
  const heard = listening(fake);
  fake.press("w");
  const watch = await fake.watches.running();
  expect(heard.take()).toContain("1 of 2: Bulk-ESG-Global-Content1-v1, Watched starting");
  watch.subscribe();
  expect(heard.take()).toContain("1 of 2: Bulk-ESG-Global-Content1-v1, Watched live");
  fake.press("enter");
  await fake.until(isListedAt("file-sets"));
  expect(heard.take()).toContain("9 file sets, watched live");
});

test("a gap is said as what is missing, and counts as no file set", async () => {
  const fake = fakeProgram();
  const day = (number: number) => `2026-11-0${number}T00:00:00Z`;
  const delta = (from: number, to: number) =>
    someFileSet(to, {
      name: `Social-Delta-${day(to)}`,
      contentFrom: day(from),
      contentTo: day(to),
    });
  fake.fileStore.fileSetsAnswer = () => [delta(1, 2), delta(5, 6)];
  await goTo(fake, "file-sets");
  fake.press("n");
  const heard = listening(fake);
  fake.press("j");
  expect(heard.take()).toBe("\ngap: 3 days missing, 2026-11-02 to 2026-11-05\n");
  fake.press("j");
  expect(heard.take()).toMatch(/^\n2 of 2: Social-Delta/);
  fake.press("/");
  heard.take();
  fake.type("delta");
  expect(heard.take()).toContain("2 of 2 file sets");
});

test("a preview is said with what was read, record by record, a tree line by line", async () => {
  const fake = fakeProgram();
  const rows = several(3, (number) => `{"Id":${number},"Name":{"Long":"N${number}"}}\n`);
  fake.objects.objects.set("4000-ffff-1", Buffer.from(rows.join("")));
  await goTo(fake, "files");
  const heard = listening(fake);
  fake.press("p");
  await fake.until((state) => currentPreview(state)?.phase === "ready");
  const opened = heard.take();
  expect(opened).toContain("Reading the beginning of the file");
  expect(opened).toContain("JSON lines · 90 B · all 3 records, 90 B read");
  expect(opened).toContain("1 of 3: Id 1, Name.Long N1");
  fake.press("j");
  expect(heard.take()).toBe("\n2 of 3: Id 2, Name.Long N2\n");
  fake.press("enter");
  expect(heard.take()).toBe("\nRecord 2\n\nId 2\n");
  fake.press("j", "j");
  expect(heard.take()).toBe('\nName\n\nLong "N2"\n');
  fake.press(">");
  expect(heard.take()).toBe('\nRecord 3\n\nLong "N3"\n');
  fake.press("escape", "escape", "p");
  fake.objects.objects.clear();
  await fake.until((state) => currentPreview(state)?.phase === "failed");
  expect(heard.take()).toContain('answered 404, "NoSuchKey"');
});

test("what is typed is echoed, what is taken away is said whole, passwords are stars", async () => {
  const fake = fakeProgram();
  await goTo(fake, "files");
  const heard = listening(fake);
  fake.press("/");
  fake.type("pa");
  expect(heard.take()).toContain("Filter: ");
  fake.press("backspace");
  expect(heard.take()).toContain("Filter: p");
  fake.press("escape");
  fake.signInAgain(
    new (await import("../../../source/base/errors.ts")).AppError({
      kind: "sign-in",
      tried: "Listing",
      answered: "token expired",
    }),
  );
  fake.type("geheim");
  const said = heard.take();
  expect(said).toContain("token expired");
  expect(said).toContain("******");
  expect(said).not.toContain("geheim");
});

test("questions, details, help and notices are said in words", async () => {
  const fake = fakeProgram({ settings: { ...firstSettings, accessible: "on" } });
  await goTo(fake, "files");
  const heard = listening(fake);
  fake.press("i");
  expect(heard.take()).toContain("File id: 4000-ffff-1");
  fake.press("escape", "?");
  expect(heard.take()).toMatch(/Help[\s\S]*Open the selected row/);
  fake.press("escape", "d");
  await queued(fake);
  expect(heard.take()).toContain("Downloading 1 file (93 MB)");
  fake.press("q");
  const asked = heard.take();
  expect(asked).toContain("q: quit and resume at the next start");
  expect(asked).toContain("w: wait, then quit");
  fake.press("escape", "Z");
  expect(heard.take()).toContain("warning: Z does nothing here.");
});

test("the demo says that it keeps nothing", async () => {
  const fake = fakeProgram({ demo: true });
  await goTo(fake, "files");
  fake.press("d");
  await queued(fake);
  const heard = listening(fake);
  fake.press("q");
  expect(heard.take()).toContain("q: quit; the demo keeps nothing");
});

test("progress is said at most every 5 seconds, and then for a tenth more or half a minute", async () => {
  const fake = fakeProgram();
  await goTo(fake, "files");
  fake.press("d");
  await queued(fake);
  const progress = createProgressSpeech();
  const at = (bytesDone: number, nowMs: number) => {
    const state = fake.state();
    const totals = { ...state.transfers.totals, bytesDone, bytesTotal: 100 };
    return progress({ ...state, transfers: { ...state.transfers, totals } }, nowMs);
  };
  expect(at(10, 1_000)).toContain("10%, 0 of 1 file");
  expect(at(90, 3_000)).toBeUndefined();
  expect(at(15, 6_500)).toBeUndefined();
  expect(at(20, 6_500)).toContain("20%");
  expect(at(21, 36_600)).toContain("21%");
});

test("the profile is said first, and again after a switch", () => {
  const fake = fakeProgram({ profile: "default" });
  const state = fake.state();
  const said = (now: typeof state, before?: typeof state) =>
    utterances(before, now, { host: "api.refinitiv.com" }).map(({ text }) => text);
  expect(said(state)[0]).toBe("Profile default");
  expect(said({ ...state, profile: "archive" }, state)[0]).toBe("Profile archive");
});

test("the account under the cursor is said", async () => {
  const account = { isSignedIn: true, isShown: false, downloads: 0 };
  const profiles = {
    list: () => [
      { ...account, name: "default", user: "GE-A-1", isShown: true },
      { ...account, name: "archive", user: "GE-A-2", downloads: 2 },
    ],
    show: () => Promise.resolve(),
    idle: () => Promise.resolve(),
    stop: () => Promise.resolve(),
  };
  const fake = fakeProgram({ profile: "default" }, { profiles });
  await goTo(fake, "packages");
  const heard = listening(fake);
  fake.press("@");
  expect(heard.take()).toContain("archive: GE-A-2 · 2 downloads running");
  fake.press("k");
  expect(heard.take()).toContain("default: GE-A-1 · current");
});
