import { expect, test } from "vitest";
import { chosenInHelp, helpRows } from "../../source/keys/overlays/help.ts";
import { previewCursor, readyPreview } from "../../source/store/selectors/preview.ts";
import { currentPlace, cursorIn } from "../../source/store/selectors/table.ts";
import { cursorOf } from "../../source/store/state/list-view.ts";
import { several, someFile, someFileSet, somePackage } from "../support/fakes/listings.ts";
import { type FakeProgram, fakeProgram, goTo, queued } from "../support/fakes/program.ts";

const families: [named: string, letter: string][] = [
  ["down", "j"],
  ["up", "k"],
  ["pagedown", "ctrl-f"],
  ["pageup", "ctrl-b"],
  ["end", "G"],
  ["home", "g"],
];

const places = ["packages", "file-sets", "files", "downloads"] as const;

async function on(place: (typeof places)[number]): Promise<FakeProgram> {
  const fake = fakeProgram();
  fake.fileStore.packagesAnswer = () => several(50, somePackage);
  fake.fileStore.fileSetsAnswer = () => several(50, someFileSet);
  fake.fileStore.filesAnswer = () => several(50, someFile);
  await goTo(fake, place === "downloads" ? "files" : place);
  if (place === "downloads") {
    fake.press("a", "d");
    await queued(fake);
    fake.press("t");
  }
  return fake;
}

const cursor = (fake: FakeProgram) => cursorIn(fake.state(), currentPlace(fake.state()));

for (const place of places) {
  test.each(families)(`on ${place} %s does what %s does`, async (named, letter) => {
    const [one, other] = [await on(place), await on(place)];
    const start = Array.from("jjjjjjjjjjjjjjjjjjjjjjjjjkk");
    one.press(...start, named);
    other.press(...start, letter);
    expect(cursor(one)).toEqual(cursor(other));
    other.press("l");
    one.press("right");
    expect(one.state().places.length).toBe(other.state().places.length);
  });
}

test.each(families)("in a preview %s does what %s does", async (named, letter) => {
  const shown = async (key: string) => {
    const fake = fakeProgram();
    const rows = several(2_000, (number) => `{"id":${number}}\n`).join("");
    fake.objects.objects.set("4000-ffff-1", Buffer.from(rows));
    await goTo(fake, "files");
    fake.press("p");
    await fake.until((state) => readyPreview(state)?.phase === "ready");
    fake.press(...Array.from("jjjjjjjjjjjjjjjjjjjjjjjjjkk"), key);
    const state = await fake.until((now) => readyPreview(now)?.isReading === false);
    const preview = readyPreview(state);
    const at = preview && previewCursor(state, preview);
    fake.press("enter", key);
    return { at, tree: readyPreview(fake.state())?.tree };
  };
  const one = await shown(named);
  expect(one).toEqual(await shown(letter));
  expect(one.tree).toBeDefined();
});

test("both families in the menu of buckets, and back into the field", async () => {
  for (const [down, up, open] of [
    ["down", "up", "right"],
    ["j", "k", "l"],
  ] as const) {
    const fake = fakeProgram();
    await goTo(fake, "bucket");
    fake.press("down", down, down, up);
    const { highlighted } = fake.state().bucket;
    expect(highlighted).toBe("bulk-FMRD");
    fake.press(up, up);
    expect(fake.state().bucket.focus).toBe("field");
    fake.press("down", open);
    expect(fake.state().bucket.opening).toBe("bulk-ESG");
  }
});

test("help scrolls and commands move by their keys", async () => {
  const fake = fakeProgram();
  await goTo(fake, "files");
  fake.press("?", "j", "down", "k");
  expect(helpRows(fake.state()).indexOf(chosenInHelp(fake.state())?.id ?? "")).toBe(1);
  fake.press("G", "g", "q", ":", "down", "down", "up");
  const { overlay } = fake.state();
  if (overlay?.kind !== "palette") throw new Error("the commands are not shown");
  const rows = { length: 9, idAt: () => undefined, indexOf: () => undefined };
  expect(cursorOf(overlay.list, rows, 9).index).toBe(1);
});
