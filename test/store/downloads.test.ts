import { expect, test } from "vitest";
import { AppError } from "../../source/base/errors.ts";
import type { Package, StoredFile } from "../../source/domain/entities.ts";
import { several, someFile, someFileSet, somePackage } from "../support/fakes/listings.ts";
import { fakeProgram, goTo, isAt, isListedAt, queued } from "../support/fakes/program.ts";
import { HeldPages } from "../support/fakes/service.ts";
import { waitUntil } from "../support/wait-until.ts";

const refused = new AppError({
  kind: "sign-in",
  tried: "Fetching part1",
  answered: "token expired",
});
const expired = new AppError({
  kind: "sign-in",
  tried: "Renewing the session",
  answered: "refused",
  advice: "Sign in again: cfs login.",
  reason: "session-ended",
});
const full = new AppError({ kind: "disk", tried: "Writing part1", answered: "the disk is full" });

test("d on a file downloads it into the folder that the notice names", async () => {
  const fake = fakeProgram();
  await goTo(fake, "files");
  fake.press("j", "d");
  await queued(fake);
  expect(fake.transfers.snapshot().transfers).toMatchObject([
    {
      directory: "/downloads",
      file: {
        fileId: someFile(2).id,
        name: someFile(2).filename,
        bytes: 93_000_002,
        md5: someFile(2).md5,
      },
    },
  ]);
  expect(fake.state().notice?.text).toBe(
    "Downloading 1 file (93 MB) to /downloads. t shows downloads.",
  );
});

test("d on a file set does not use the files that were listed while it was PENDING", async () => {
  const fake = fakeProgram();
  const account = { host: "https://api.refinitiv.com", kind: "password" } as const;
  for (const { id } of several(9, someFileSet))
    fake.listingCache.put(
      { ...account, user: "GE-A-00000001-1-0001" },
      { kind: "files", fileSetId: id },
      { kind: "files", items: [someFile(9)], listedAtMs: 0, settled: false },
    );
  await goTo(fake, "file-sets");
  fake.press("d");
  await queued(fake);
  expect(fake.transfers.snapshot().transfers).toHaveLength(4);
});

test("d on marked file sets downloads all their files, hidden marks included, and unmarks them", async () => {
  const fake = fakeProgram();
  fake.fileStore.filesAnswer = (id) =>
    several(115, (number) => someFile(number, { filesetId: id }));
  await goTo(fake, "file-sets");
  fake.press("space", "space", "/");
  fake.type("no such row");
  fake.press("enter", "d");
  await fake.until(({ overlay }) => overlay?.kind === "download-room");
  fake.press("enter");
  await fake.until(({ transfers }) => transfers.transfers.length === 230);
  await fake.until(({ task }) => task === undefined);
  fake.press("escape");
  expect(fake.state().views["file-sets bulk-esg 4000-0000-00000001"]?.marks.size).toBe(0);
});

/** Two marked file sets whose files come when the test gives them. */
async function lookingUp() {
  const fake = fakeProgram();
  const pages = [new HeldPages<StoredFile>(), new HeldPages<StoredFile>()];
  const waiting = [...pages];
  fake.fileStore.filesAnswer = () => waiting.shift() ?? [];
  await goTo(fake, "file-sets");
  fake.press("space", "space", "d");
  await waitUntil(() => waiting.length === 0);
  return { fake, pages };
}

test("file sets are looked up side by side, and their files keep the order of the sets", async () => {
  const { fake, pages } = await lookingUp();
  expect(fake.state().task).toBe("Listing the files of 2 file sets");
  pages[1]?.give([someFile(2)]);
  pages[1]?.end();
  await fake.until(({ task }) => task === "Listing the files of 2 file sets: 1 done");
  pages[0]?.give([someFile(1)]);
  pages[0]?.end();
  await queued(fake);
  const names = fake.transfers.snapshot().transfers.map(({ file }) => file.name);
  expect(names).toEqual([someFile(1).filename, someFile(2).filename]);
  await fake.until(({ task }) => task === undefined);
});

test("Esc stops what is looked up, and leads nowhere else", async () => {
  const { fake, pages } = await lookingUp();
  fake.press("escape");
  await fake.until(({ notice, task }) => task === undefined && notice !== undefined);
  expect(pages.map(({ aborted }) => aborted)).toEqual([true, true]);
  expect(fake.state().notice?.text).toBe("Stopped; nothing is downloaded.");
  expect(isListedAt("file-sets")(fake.state())).toBe(true);
  expect(fake.transfers.snapshot().transfers).toHaveLength(0);
});

test.each([
  ["in a preview", "preview", ["p"]],
  ["where the bucket's name is typed", "bucket", ["1"]],
  ["in the list of buckets", "bucket", ["1", "down"]],
])("Esc stops what is looked up %s too", async (_, kind, keys) => {
  const { fake, pages } = await lookingUp();
  fake.press(...keys);
  const { focus } = fake.state().bucket;
  fake.press("escape");
  await fake.until(({ task }) => task === undefined);
  expect(pages.map(({ aborted }) => aborted)).toEqual([true, true]);
  expect(isAt(kind)(fake.state())).toBe(true);
  expect(fake.state().bucket.focus).toBe(focus);
});

test("Esc first stops the opening of a bucket, which the status shows, and then the listing of files", async () => {
  const { fake, pages } = await lookingUp();
  fake.press("1");
  const held = new HeldPages<Package>();
  fake.fileStore.packagesAnswer = () => held;
  fake.type("other");
  fake.press("enter", "escape");
  expect(held.aborted).toBe(true);
  expect(fake.state().bucket.opening).toBeUndefined();
  expect(pages.map(({ aborted }) => aborted)).toEqual([false, false]);
  fake.press("escape");
  await fake.until(({ task }) => task === undefined);
});

test("quitting while files are looked up asks; w waits for them and for their downloads", async () => {
  const { fake, pages } = await lookingUp();
  fake.press("q");
  expect(fake.state().overlay?.kind).toBe("quit");
  fake.press("w");
  for (const [index, held] of pages.entries()) {
    held.give([someFile(index + 1)]);
    held.end();
  }
  await queued(fake);
  expect(fake.state().leaving).toBe("waiting");
  for (const { id } of fake.transfers.snapshot().transfers) {
    fake.transfers.change(id, { state: "saved" });
  }
  await fake.until(({ leaving }) => leaving === "stopping");
});

test("names that are taken are asked about even while quitting waits", async () => {
  const { fake, pages } = await lookingUp();
  fake.onDisk.set(someFile(1).filename.replaceAll(":", "_"), 1);
  fake.press("q", "w");
  pages[0]?.give([someFile(1)]);
  for (const held of pages) held.end();
  await fake.until(({ overlay }) => overlay?.kind === "name-conflict");
  await fake.until(({ task }) => task === undefined);
  expect(fake.state().leaving).toBe("waiting");
  fake.press("escape");
  await fake.until(({ leaving }) => leaving === "stopping");
});

test("quitting for good stops what is looked up; nothing is queued behind it", async () => {
  const { fake, pages } = await lookingUp();
  fake.press("q", "q");
  await fake.until(({ task }) => task === undefined);
  expect(pages.map(({ aborted }) => aborted)).toEqual([true, true]);
  expect(fake.transfers.snapshot().transfers).toHaveLength(0);
});

test("neither a PENDING file set nor a file of it is downloaded, and the reason is shown", async () => {
  const fake = fakeProgram();
  fake.fileStore.fileSetsAnswer = () => [someFileSet(1, { status: "PENDING" })];
  await goTo(fake, "file-sets");
  fake.press("d");
  const reason = "Download: the file set is PENDING: its publisher is still adding files";
  expect(fake.state().notice?.text).toBe(`${reason}; refresh (r) until it is READY.`);
  fake.press("enter");
  await fake.until(isListedAt("files"));
  expect(fake.state().notice?.text).toContain("This file set is PENDING");
  fake.press("d");
  expect(fake.state().notice?.text).toBe(`${reason}; go back and refresh (r).`);
  fake.press("a", "d");
  expect(fake.state().notice?.text).toBe(`${reason}; go back and refresh (r).`);
  expect(fake.transfers.snapshot().transfers).toHaveLength(0);
});

test("what is PENDING among marked file sets is left out, and counted", async () => {
  const fake = fakeProgram();
  fake.fileStore.fileSetsAnswer = () => [someFileSet(2), someFileSet(1, { status: "PENDING" })];
  await goTo(fake, "file-sets");
  fake.press("a", "d");
  await queued(fake);
  await fake.until(({ task }) => task === undefined);
  expect(fake.state().notice?.text).toContain("1 PENDING file set left out.");
});

test("an expired session is shown once, above the sign-in form, without advice for commands", async () => {
  const fake = fakeProgram();
  await goTo(fake, "file-sets");
  fake.fileStore.filesAnswer = () => expired;
  fake.press("d");
  await fake.until(({ session }) => session.phase === "form");
  await fake.until(({ task }) => task === undefined);
  expect(fake.state().notice).toBeUndefined();
  expect(fake.state().session).toMatchObject({
    reason: "Your session has expired. Sign in again. (refused)",
  });
});

test("a session that another program took leads to the form, which says how to take it over", async () => {
  const fake = fakeProgram();
  await goTo(fake, "files");
  fake.press("d");
  await queued(fake);
  expect(fake.state().notice?.text).toContain("t shows downloads");
  const error = new AppError({
    kind: "sign-in",
    tried: "Signing in as GE-A-1",
    answered: 'the service answered 400, "Session quota is reached."',
    advice: "To end it now, run cfs login --take-over.",
    reason: "session-quota",
  });
  fake.transfers.change("t1", { state: "failed", error });
  const { notice, session } = await fake.until((now) => now.session.phase === "form");
  expect(notice).toBeUndefined();
  expect(session).toMatchObject({
    reason: "Another program is signed in with this id. Sign in here to take over its session.",
  });
});

test("a failure to list the files is reported", async () => {
  const fake = fakeProgram();
  await goTo(fake, "file-sets");
  fake.fileStore.filesAnswer = () => full;
  fake.press("d");
  await fake.until(({ notice }) => notice?.level === "error");
  expect(fake.state().task).toBeUndefined();
});

test.each(["d", "p", "enter"])(
  "%s names the file set whose files cannot be listed",
  async (key) => {
    const owner = "Bulk-ESG-Global-Raw-Full-SchemeB-v1";
    const set = someFileSet(1, { name: `${owner}-Env-Csv-Init-2026-11-22T16:11:18.777Z` });
    const fake = fakeProgram();
    fake.fileStore.packagesAnswer = () => [somePackage(1, { packageName: owner })];
    fake.fileStore.fileSetsAnswer = () => [set];
    await goTo(fake, "file-sets");
    fake.fileStore.filesAnswer = (id) =>
      new AppError({
        kind: "not-found",
        tried: `Listing the files of ${id}`,
        answered: "the service answered 404",
        advice: "Check the file set's id; the file set may not be available any more.",
      });
    fake.press(key);
    const message = () => {
      const { listings, notice, previews } = fake.state();
      const slices = [...Object.values(listings), ...Object.values(previews)];
      const failed = slices.find(({ phase }) => phase === "failed");
      return failed && "error" in failed ? failed.error?.message : notice?.text;
    };
    await fake.until(() => message()?.includes("404") === true);
    expect(message()).toBe(
      "Listing the files of Env-Csv-Init-2026-11-22: the service answered 404. The file set may not be available any more.",
    );
  },
);

test("downloads are paused, resumed, cancelled, retried and cleared from their list", async () => {
  const fake = fakeProgram();
  await goTo(fake, "files");
  fake.press("a", "d");
  await queued(fake);
  fake.press("t");
  fake.transfers.change("t1", { state: "running" });
  fake.press("space", "space");
  fake.press("x");
  fake.press("G", "R");
  fake.press("R");
  expect(fake.state().notice?.text).toBe("Retry: this download is queued.");
  fake.transfers.change("t1", { state: "saved" });
  fake.press("c");
  expect(fake.transfers.calls).toEqual(["pause t1", "resume t1", "cancel t1", "retry t1"]);
  expect(fake.names()).toHaveLength(3);
});

test("a download that lost its session leads to the form, and continues after the sign-in", async () => {
  const fake = fakeProgram();
  await goTo(fake, "files");
  fake.press("d");
  await queued(fake);
  fake.transfers.change("t1", { state: "failed", error: refused });
  expect(fake.state().session.phase).toBe("form");
  fake.type("word");
  fake.press("enter");
  fake.type("key");
  fake.press("enter");
  await fake.until(({ session }) => session.phase === "signed-in");
  expect(fake.transfers.calls).toEqual(["retry t1"]);
});

test("the folder is changed, and made if it is missing", async () => {
  const fake = fakeProgram();
  await goTo(fake, "files");
  fake.press("o", "ctrl-u");
  fake.type("/new");
  fake.press("enter");
  await fake.until(({ overlay }) => overlay?.kind === "folder" && overlay.missing === "/new");
  fake.press("enter");
  await fake.until(({ overlay }) => overlay === undefined);
  expect(fake.state().directory).toBe("/new");
  fake.press("d");
  await queued(fake);
  expect(fake.transfers.snapshot().transfers[0]?.directory).toBe("/new");
});

test("a folder that cannot be used is refused where it was typed", async () => {
  const fake = fakeProgram();
  await goTo(fake, "files");
  fake.press("o", "ctrl-u", "enter");
  const { overlay } = await fake.until(
    (state) => state.overlay?.kind === "folder" && state.overlay.problem !== undefined,
  );
  expect(overlay).toMatchObject({ problem: "Type the path of a folder." });
  fake.press("escape");
  expect(fake.state().directory).toBe("/downloads");
});
