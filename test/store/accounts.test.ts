import { expect, test } from "vitest";
import { AppError } from "../../source/base/errors.ts";
import type { FileSet, Package, StoredFile } from "../../source/domain/entities.ts";
import { currentPreview } from "../../source/store/selectors/preview.ts";
import { currentPlace } from "../../source/store/selectors/table.ts";
import type { State } from "../../source/store/state/state.ts";
import { several, someFile, someFileSet, somePackage } from "../support/fakes/listings.ts";
import {
  type FakeProgram,
  fakeProgram,
  goTo,
  isListedAt,
  openHeldFileSets,
  queued,
} from "../support/fakes/program.ts";
import { HeldPages } from "../support/fakes/service.ts";

/** Who is signed in by `goTo`. */
const first = "GE-A-00000001-1-0001";
const other = "GE-A-00000002-1-0002";
const ended = new AppError({
  kind: "sign-in",
  tried: "Listing file sets",
  answered: "token expired",
});

const isSignedIn = ({ session }: State) => session.phase === "signed-in";

/** Fills in the form, whose focus is on the user name or on the password behind it. */
async function signInAs(fake: FakeProgram, user: string): Promise<void> {
  if (fake.state().session.form.focus === "password") fake.press("up");
  fake.type(user);
  for (const word of ["word", "key"]) {
    fake.press("enter");
    fake.type(word);
  }
  fake.press("enter");
  await fake.until(isSignedIn);
}

test("a listing that is under way at sign-out is dropped", async () => {
  const fake = fakeProgram();
  const pages = await openHeldFileSets(fake);
  pages.give([someFileSet(1)]);
  await fake.until(() => fake.names().length === 1);
  await fake.program.actions.signOut();
  expect(pages.aborted).toBe(true);
  await signInAs(fake, other);
  pages.end();
  await fake.until(({ bucket }) => bucket.opening === undefined);
  expect(fake.state().listings).toEqual({});
  expect([...fake.listingCache.kept.keys()]).toEqual([]);
});

test("a bucket that is being opened at sign-out does not open", async () => {
  const fake = fakeProgram();
  const pages = new HeldPages<Package>();
  fake.fileStore.packagesAnswer = () => pages;
  await goTo(fake, "bucket");
  fake.type("bulk-ESG");
  fake.press("enter");
  await fake.program.actions.signOut();
  expect(pages.aborted).toBe(true);
  expect(fake.state().bucket.opening).toBeUndefined();
  expect(fake.state().bucket.field.text).toBe("");
  await signInAs(fake, other);
  expect(currentPlace(fake.state()).kind).toBe("bucket");
});

test("the next account sees the buckets that the service lists for it", async () => {
  const fake = fakeProgram();
  fake.fileStore.bucketsAnswer = [{ name: "bulk-First" }];
  await goTo(fake, "bucket");
  await fake.until(({ bucket }) => bucket.listed.includes("bulk-First"));
  await fake.program.actions.signOut();
  expect(fake.state().bucket.listed).toEqual([]);
  fake.fileStore.bucketsAnswer = [{ name: "bulk-Second" }];
  await signInAs(fake, other);
  await fake.until(({ bucket }) => bucket.listed.includes("bulk-Second"));
  expect(fake.state().bucket.listed).toEqual(["bulk-Second"]);
});

test("another account after a session that ended midway sees nothing of the one before", async () => {
  const fake = fakeProgram();
  fake.fileStore.bucketsAnswer = [{ name: "bulk-First" }];
  await goTo(fake, "file-sets");
  const pages = new HeldPages<StoredFile>();
  fake.fileStore.filesAnswer = () => pages;
  fake.press("d");
  await fake.until(({ task }) => task !== undefined);
  fake.fileStore.fileSetsAnswer = () => ended;
  fake.press("r");
  await fake.until(({ session }) => session.phase === "form");
  fake.fileStore.bucketsAnswer = [{ name: "bulk-Second" }];
  fake.fileStore.fileSetsAnswer = () => several(9, someFileSet);
  await signInAs(fake, other);
  expect(fake.state()).toMatchObject({ places: [{ kind: "bucket" }], listings: {}, views: {} });
  expect(pages.aborted).toBe(true);
  await fake.until(({ bucket }) => bucket.listed.includes("bulk-Second"));
  expect(fake.transfers.snapshot().transfers).toEqual([]);
});

test("the account that signs in again after signing out starts again", async () => {
  const fake = fakeProgram();
  await goTo(fake, "file-sets");
  await fake.program.actions.signOut();
  const asked = fake.fileStore.asked.length;
  await signInAs(fake, first);
  expect(fake.fileStore.asked.slice(asked)).toEqual(["buckets"]);
  fake.fileStore.packagesAnswer = () => several(2, somePackage);
  fake.type("bulk-ESG");
  fake.press("enter");
  await fake.until(isListedAt("packages"));
});

test("the form appears at once; a sign-in waits until the other account is signed out", async () => {
  const fake = fakeProgram();
  await goTo(fake, "file-sets");
  let revoked = () => {};
  fake.auth.answers.push(
    new Promise((resolve) => {
      revoked = resolve;
    }),
  );
  const signedOut = fake.program.actions.signOut();
  expect(fake.state()).toMatchObject({ session: { phase: "form" }, listings: {} });
  const signedIn = signInAs(fake, other);
  expect(fake.state().session.phase).toBe("signing-in");
  expect(fake.auth.attempts).toHaveLength(1);
  revoked();
  await signedOut;
  await signedIn;
  expect(fake.auth.attempts).toHaveLength(2);
  expect(fake.state()).toMatchObject({
    session: { session: { user: other } },
    places: [{ kind: "bucket" }],
  });
  expect(fake.state().session).not.toHaveProperty("reason");
});

test("a preview that failed with the session is read again after the sign-in", async () => {
  let refuses = true;
  const fake: FakeProgram = fakeProgram(
    {},
    {
      openPreview: (file, signal) =>
        refuses ? Promise.reject(ended) : fake.objects.openPreview(file, signal),
    },
  );
  fake.fileStore.filesAnswer = () => [someFile(1, { filename: "a.csv" })];
  await goTo(fake, "files");
  fake.objects.objects.set(someFile(1).id, Buffer.from("a,b\n1,2\n"));
  fake.press("p");
  await fake.until(({ session }) => session.phase === "form");
  refuses = false;
  await signInAs(fake, first);
  const { previews } = await fake.until((state) => currentPreview(state)?.phase !== "opening");
  expect(Object.values(previews)).toMatchObject([
    { phase: "ready", rows: [{ cells: ["1", "2"] }] },
  ]);
});

test("a list behind the shown screen that failed with the session is read again too", async () => {
  const fake = fakeProgram();
  await goTo(fake, "file-sets");
  const pages = new HeldPages<FileSet>();
  fake.fileStore.fileSetsAnswer = () => pages;
  fake.press("r", "t");
  pages.give(ended);
  await fake.until(({ session }) => session.phase === "form");
  fake.fileStore.fileSetsAnswer = () => [someFileSet(20)];
  await signInAs(fake, first);
  fake.press("escape");
  await fake.until(isListedAt("file-sets"));
  expect(fake.names()).toEqual([someFileSet(20).name]);
});

test("signing out pauses what is downloaded and says so; the next sign-in lets it go on", async () => {
  const fake = fakeProgram();
  await goTo(fake, "files");
  fake.press("a", "d");
  await queued(fake);
  for (const id of ["t1", "t2"]) fake.transfers.change(id, { state: "running" });
  fake.transfers.change("t1", { state: "saved" });
  fake.press("t", "G", "k", "space");
  await fake.program.actions.signOut();
  const states = () => fake.transfers.snapshot().transfers.map(({ state }) => state);
  expect(states()).toEqual(["saved", "paused", "paused", "paused"]);
  expect(fake.state().session).toMatchObject({
    reason: "Signed out. 2 downloads are paused until the next sign-in.",
  });
  await signInAs(fake, other);
  expect(states()).toEqual(["saved", "queued", "queued", "paused"]);
});

test("what failed for lack of a session continues with the next account too", async () => {
  const fake = fakeProgram();
  await goTo(fake, "files");
  fake.press("d");
  await queued(fake);
  fake.transfers.change("t1", { state: "failed", error: ended });
  await fake.until(({ session }) => session.phase === "form");
  await signInAs(fake, other);
  expect(fake.transfers.snapshot().transfers[0]?.state).toBe("queued");
});

test("the demo does not sign out, because it has no other way in", async () => {
  const fake = fakeProgram({ demo: true });
  await goTo(fake, "files");
  fake.press(":");
  fake.type("sign out");
  fake.press("enter");
  expect(fake.state().session.phase).toBe("signed-in");
  expect(fake.state().notice?.text).toBe("Sign out: the demo has only one account.");
});
