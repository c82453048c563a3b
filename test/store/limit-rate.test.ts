import { expect, test } from "vitest";
import { Bandwidth } from "../../source/base/bandwidth.ts";
import { parseLimitRate } from "../../source/base/limit-rate.ts";
import { firstSettings } from "../../source/domain/settings.ts";
import { choicesOf } from "../../source/store/selectors/choices.ts";
import { limitHeading, limitTexts } from "../../source/store/selectors/limit-choices.ts";
import { type FakeProgram, fakeProgram, goTo, queued } from "../support/fakes/program.ts";

interface Limited {
  fake: FakeProgram;
  bandwidth: Bandwidth;
}

/** On Downloads, where one runs at 8 MB/s; `limitRate` holds since the start. */
async function downloading(limitRate = "off"): Promise<Limited> {
  const bandwidth = new Bandwidth(parseLimitRate(limitRate));
  const settings = { ...firstSettings, limitRate };
  const fake = fakeProgram({ settings }, { bandwidth });
  await goTo(fake, "files");
  fake.press("d");
  await queued(fake);
  fake.transfers.change("t1", { state: "running", bytesPerSecond: 8_000_000 });
  fake.press("t");
  return { fake, bandwidth };
}

const titles = (fake: FakeProgram) => choicesOf(fake.state()).map(({ title }) => title);
const notice = (fake: FakeProgram) => fake.state().notice?.text;

test("L on Downloads limits what runs, until cfs quits", async () => {
  const { bandwidth, fake } = await downloading();
  fake.press("L");
  expect(limitHeading(fake.state())).toBe(
    "Limit downloads and previews until cfs quits; now unlimited",
  );
  expect(titles(fake)).toEqual([
    "Unlimited",
    "1 MB/s",
    "5 MB/s",
    "20 MB/s",
    "4 MB/s",
    "Type a rate",
  ]);
  fake.press("j", "j", "enter");
  expect(bandwidth.now().bytesPerSecond).toBe(5_000_000);
  expect(limitTexts(fake.state())).toEqual(["limited to 5 MB/s", "limit 5 MB/s"]);
  expect(notice(fake)).toBe("Rate limit: 5M, until cfs quits.");
  expect(fake.state().overlay).toBeUndefined();
  expect(fake.preferences.settings).toEqual({});
  fake.press("L", "enter");
  expect(bandwidth.now().bytesPerSecond).toBe(Number.POSITIVE_INFINITY);
  expect(limitTexts(fake.state())).toEqual([]);
});

test("half of the current limit, or of the current rate without one", async () => {
  const { bandwidth, fake } = await downloading();
  fake.press("L", "j", "j", "j", "j", "enter");
  expect(bandwidth.limitRate.text).toBe("4M");
  fake.press("L", "j", "j", "j", "j", "enter");
  expect(bandwidth.limitRate.text).toBe("2M");
  expect(choicesOf({ ...fake.state(), overlay: undefined })).toEqual([]);
});

test("without a rate there is no half", async () => {
  const { fake } = await downloading();
  fake.transfers.change("t1", { bytesPerSecond: 0 });
  fake.program.actions.mirror();
  fake.press("L");
  expect(titles(fake)).not.toContain("4 MB/s");
});

test("a typed rate or timetable holds, and a wrong one says what is wanted", async () => {
  const { bandwidth, fake } = await downloading();
  const problem = () => fake.state().overlay?.kind === "rate" && fake.state().overlay;
  fake.press("L", "G", "enter");
  fake.type("fast");
  fake.press("enter");
  expect(problem()).toMatchObject({
    problem: expect.stringMatching(/^"fast" is not a rate of at least 1k such as 500k or 20M/),
  });
  fake.press("ctrl-u");
  expect(problem()).not.toHaveProperty("problem", expect.any(String));
  fake.type("00:00-24:00 300k");
  fake.press("enter");
  expect(bandwidth.limitRate.text).toBe("00:00-24:00 300k");
  expect(limitTexts(fake.state())[0]).toBe("limited to 300 kB/s");
});

test("Esc changes nothing", async () => {
  const { bandwidth, fake } = await downloading("5M");
  fake.press("L", "escape", "L", "G", "enter", "1", "escape");
  expect(fake.state().overlay).toBeUndefined();
  expect(bandwidth.limitRate.text).toBe("5M");
});

test("the timetable of the settings can be had back", async () => {
  const timetable = "00:00-12:00 5M, 12:00-24:00 5M, 1M";
  const { bandwidth, fake } = await downloading(timetable);
  expect(limitTexts(fake.state())[0]).toBe("limited to 5 MB/s");
  fake.press("L", "enter", "L");
  expect(titles(fake)).toContain("As in the settings");
  fake.press(..."j".repeat(titles(fake).indexOf("As in the settings")), "enter");
  expect(bandwidth.limitRate.text).toBe(timetable);
});

test("a limit chosen in the settings is saved and holds at once", async () => {
  const { bandwidth, fake } = await downloading();
  fake.press(",");
  const isLimit = ({ id }: { id: string }) => id === "limitRate";
  fake.press(..."j".repeat(choicesOf(fake.state()).findIndex(isLimit)), "enter");
  expect(limitHeading(fake.state())).toContain("now and at every start");
  fake.press("j", "enter");
  expect(fake.preferences.settings).toEqual({ limitRate: "1M" });
  expect(bandwidth.now().bytesPerSecond).toBe(1_000_000);
  expect(notice(fake)).toBe("Rate limit: 1M, saved.");
  expect(fake.state().overlay?.kind).toBe("settings");
  fake.press(..."j".repeat(choicesOf(fake.state()).findIndex(isLimit)), "enter", "escape");
  expect(fake.state().overlay?.kind).toBe("settings");
});
