import { expect, test } from "vitest";
import { fakeProgram, goTo, queued } from "../fakes/program.ts";

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
  await fake.until(({ leaving }) => leaving === "stopping");
  await Promise.resolve();
  expect(fake.transfers.calls).toEqual(["stop"]);
  expect(fake.left).toEqual([{ exitCode: 0 }]);
});

test.each([["q"], ["ctrl-c"]])("while downloads run %s asks, and Esc stays", async (key) => {
  const fake = await whileDownloading();
  fake.press(key);
  expect(fake.state().overlay?.kind).toBe("quit");
  fake.press("escape");
  expect(fake.state()).toMatchObject({ overlay: undefined, leaving: undefined });
  expect(fake.left).toHaveLength(0);
});

test.each([["q"], ["ctrl-c"]])(
  "%s a second time quits and keeps the partial files",
  async (key) => {
    const fake = await whileDownloading();
    fake.press(key, key);
    await fake.until(({ leaving }) => leaving === "stopping");
    await Promise.resolve();
    expect(fake.left).toEqual([{ exitCode: 0 }]);
  },
);

test("w waits for the downloads and quits then", async () => {
  const fake = await whileDownloading();
  fake.press("q", "w");
  expect(fake.state().leaving).toBe("waiting");
  fake.transfers.change("t1", { state: "saved" });
  await fake.until(({ leaving }) => leaving === "stopping");
  await Promise.resolve();
  expect(fake.left).toEqual([{ exitCode: 0 }]);
});

test("who waits can still stay", async () => {
  const fake = await whileDownloading();
  fake.press("q", "w", "q", "escape");
  expect(fake.state().leaving).toBeUndefined();
  fake.transfers.change("t1", { state: "saved" });
  await fake.transfers.idle();
  expect(fake.left).toHaveLength(0);
});
