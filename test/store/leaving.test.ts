import { expect, test } from "vitest";
import { fakeProgram, goTo, queued } from "../support/fakes/program.ts";
import { waitUntil } from "../support/wait-until.ts";

async function whileDownloading() {
  const fake = fakeProgram();
  await goTo(fake, "files");
  fake.press("d");
  await queued(fake);
  fake.transfers.change("t1", { state: "running" });
  return fake;
}

test("without downloads q quits at once, after the engine has stopped", async () => {
  const fake = fakeProgram();
  await goTo(fake, "files");
  fake.press("q");
  await waitUntil(() => fake.left.length > 0);
  expect(fake.transfers.calls).toEqual(["stop"]);
  expect(fake.left).toEqual([{ exitCode: 0 }]);
});

test("a session that comes while the program ends opens nothing", async () => {
  const fake = fakeProgram();
  const release = fake.auth.hold();
  const resumed = fake.program.actions.resume();
  await fake.program.actions.leave({ exitCode: 129 });
  release();
  await resumed;
  expect(fake.left).toEqual([{ exitCode: 129 }]);
  expect(fake.state().session.phase).toBe("resuming");
});

test("Leaving is shown only if quitting takes longer than a moment", async () => {
  const quick = fakeProgram();
  await goTo(quick, "files");
  const told: (string | undefined)[] = [];
  quick.program.store.subscribe(({ task }) => told.push(task));
  quick.press("q");
  await waitUntil(() => quick.left.length > 0);
  expect(quick.left).toEqual([{ exitCode: 0 }]);
  expect(told).not.toContain("Leaving");

  const slow = fakeProgram();
  await goTo(slow, "files");
  slow.transfers.stop = () => new Promise(() => {});
  slow.press("q");
  await slow.until(({ task }) => task === "Leaving");
});

test.each([["q"], ["ctrl-c"]])("while downloads run %s asks, and Esc stays", async (key) => {
  const fake = await whileDownloading();
  fake.press(key);
  expect(fake.state().overlay?.kind).toBe("quit");
  fake.press("escape");
  expect(fake.state()).toMatchObject({ overlay: undefined, leaving: undefined });
  expect(fake.left).toHaveLength(0);
});

test("the question whether to quit outlives a small window", async () => {
  const fake = await whileDownloading();
  fake.press("q");
  fake.program.actions.resize({ columns: 30, rows: 8 });
  fake.program.actions.resize({ columns: 100, rows: 24 });
  fake.press("w");
  expect(fake.state().leaving).toBe("waiting");
});

test.each([["q"], ["ctrl-c"]])(
  "%s a second time quits and keeps the partial files",
  async (key) => {
    const fake = await whileDownloading();
    fake.press(key, key);
    await waitUntil(() => fake.left.length > 0);
    expect(fake.left).toEqual([{ exitCode: 0 }]);
  },
);

test("w waits for the downloads and quits then", async () => {
  const fake = await whileDownloading();
  fake.press("q", "w");
  expect(fake.state().leaving).toBe("waiting");
  fake.transfers.change("t1", { state: "saved" });
  await waitUntil(() => fake.left.length > 0);
  expect(fake.left).toEqual([{ exitCode: 0 }]);
});

test("quitting when downloads finish can be cancelled", async () => {
  const fake = await whileDownloading();
  fake.press("q", "w", "q", "escape");
  expect(fake.state().leaving).toBeUndefined();
  fake.transfers.change("t1", { state: "saved" });
  await fake.transfers.idle();
  expect(fake.left).toHaveLength(0);
});

test("^C twice in a moment leaves, though the transfers never stop", async () => {
  const fake = await whileDownloading();
  fake.transfers.stop = () => new Promise(() => {});
  fake.press("ctrl-c", "ctrl-c");
  await waitUntil(() => fake.left.length > 0);
  expect(fake.left).toEqual([{ exitCode: 0 }]);
});

test("^C while it stops already leaves at once", async () => {
  const fake = await whileDownloading();
  fake.transfers.stop = () => new Promise(() => {});
  fake.press("q", "q");
  expect(fake.state().leaving).toBe("stopping");
  fake.press("ctrl-c");
  expect(fake.left).toEqual([{ exitCode: 0 }]);
});

test.each([
  ["a field", ["/", "a"]],
  ["help", ["?"]],
  ["commands", [":"]],
  ["the settings", [","]],
  ["what waits for the downloads", ["q", "w"]],
])("^C twice leaves from %s too", async (_, keys) => {
  const fake = await whileDownloading();
  fake.press(...keys, "ctrl-c", "ctrl-c");
  await waitUntil(() => fake.left.length > 0);
  expect(fake.left).toEqual([{ exitCode: 0 }]);
});

test("q in the question keeps the partial files, Esc and n stay, the others say what they are", async () => {
  for (const key of ["escape", "n"]) {
    const fake = await whileDownloading();
    fake.press("q", key);
    expect(fake.state()).toMatchObject({ overlay: undefined, leaving: undefined });
  }
  const fake = await whileDownloading();
  fake.press("q", "x");
  expect(fake.state().overlay?.kind).toBe("quit");
  expect(fake.state().notice?.text).toContain("is not available in Quit");
  fake.press("q");
  expect(fake.transfers.calls.at(-1)).toBe("stop");
  expect(fake.transfers.calls.some((call) => call.startsWith("cancel"))).toBe(false);
});
