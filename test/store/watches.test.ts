import { expect, test } from "vitest";
import { AppError } from "../../source/base/errors.ts";
import { several, someFile, someFileSet } from "../support/fakes/listings.ts";
import { type FakeProgram, fakeProgram, goTo, queued } from "../support/fakes/program.ts";
import type { FakeWatch } from "../support/fakes/watches.ts";

const packageId = "4000-0000-00000001";

async function watching(): Promise<{ fake: FakeProgram; watch: FakeWatch }> {
  const fake = fakeProgram();
  await goTo(fake, "packages");
  fake.press("w");
  const watch = await fake.watches.running();
  watch.subscribe();
  return { fake, watch };
}

test("quitting ends the watch and keeps its subscription, without a question", async () => {
  const { fake, watch } = await watching();
  fake.press("q");
  await watch.called("run", "stop");
  expect(fake.state().leaving).toBe("stopping");
});

test("after an expired session the same account continues its watches", async () => {
  const { fake, watch } = await watching();
  watch.fail(new AppError({ kind: "sign-in", tried: "Receiving", answered: "it has expired" }));
  await fake.until(({ session }) => session.phase === "form");
  expect(fake.state().watches).toEqual({ [packageId]: "starting" });
  await fake.program.actions.resume();
  await watch.called("run", "run");
  watch.subscribe();
  expect(fake.state().watches).toEqual({ [packageId]: "live" });
});

test("signing out ends the watches and keeps their subscriptions", async () => {
  const { fake, watch } = await watching();
  await fake.program.actions.signOut();
  expect(fake.state().watches).toEqual({});
  expect(watch.calls).toEqual(["run", "stop"]);
});

test("nothing that watches is loaded before the first w", async () => {
  const fake = fakeProgram();
  await goTo(fake, "file-sets");
  expect(fake.watches.opened).toEqual([]);
});

test("a failed download leaves the notification, and a retried one ends it", async () => {
  const { fake, watch } = await watching();
  fake.fileStore.filesAnswer = () => several(1, someFile);
  const fileSet = someFileSet(20);
  const first = watch.arrive(fileSet);
  await queued(fake);
  const [one] = fake.transfers.snapshot().transfers;
  fake.transfers.change(one?.id ?? "", { state: "failed" });
  expect(await first).toBe(false);
  fake.transfers.retry(one?.id ?? "");
  fake.transfers.change(one?.id ?? "", { state: "saved" });
  expect(await watch.arrive(fileSet)).toBe(true);
  expect(fake.transfers.snapshot().transfers).toHaveLength(1);
});

test("a list that is still loading is read again when a file set arrives", async () => {
  const { fake, watch } = await watching();
  fake.press("enter");
  await fake.until(({ listings }) =>
    Object.keys(listings).some((key) => key.startsWith("file-sets")),
  );
  const before = fake.fileStore.asked.filter((asked) => asked.startsWith("file-sets")).length;
  void watch.arrive(someFileSet(20));
  const after = fake.fileStore.asked.filter((asked) => asked.startsWith("file-sets")).length;
  expect(after).toBe(before + 1);
});
