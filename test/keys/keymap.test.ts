import { expect, test } from "vitest";
import { resolveSettings } from "../../source/config/settings.ts";
import { firstSettings } from "../../source/domain/settings.ts";
import { bindings, hintsFor } from "../../source/keys/key-table.ts";
import { keymapWarnings } from "../../source/keys/keymap.ts";
import { helpLines } from "../../source/keys/overlays/help.ts";
import { currentPlace } from "../../source/store/selectors/table.ts";
import { fakeProgram, goTo, queued } from "../support/fakes/program.ts";

function withKeys(keys: Readonly<Record<string, readonly string[]>>) {
  return fakeProgram({ settings: { ...firstSettings, keys } });
}

test("a key that the settings give does it, the old one no longer, and hints and help say so", async () => {
  const fake = withKeys({ download: ["D"], sort: ["ctrl-o", "z"] });
  await goTo(fake, "files");
  fake.press("d");
  expect(fake.state().transfers.transfers).toHaveLength(0);
  expect(fake.state().notice?.level).toBe("warning");
  fake.press("z");
  expect(fake.state().overlay?.kind).toBe("sort");
  fake.press("escape", "ctrl-o");
  expect(fake.state().overlay?.kind).toBe("sort");
  fake.press("escape");
  const hints = hintsFor(fake.state(), () => true);
  expect(hints).toContainEqual(expect.objectContaining({ keys: "D", title: "download" }));
  fake.program.actions.showHelp();
  const told = helpLines(fake.state()).find((line) => line.kind === "keys" && line.id === "sort");
  expect(told).toMatchObject({ shown: "^O z" });
  fake.press("escape", "D");
  await queued(fake);
});

test("a key of another command goes to the one that the person chose", async () => {
  const fake = withKeys({ newest: ["l"] });
  await goTo(fake, "file-sets");
  fake.press("l");
  expect(currentPlace(fake.state()).kind).toBe("file-sets");
  expect(fake.state().notice?.text).toContain("newest Init");
});

test("wrong ids and keys are reported with their lines, and the others apply", () => {
  const kept = {
    keys: { downlod: ["D"], All_Details: "Z", sort: "F13", interrupt: "x", newest: "l" },
  };
  const lineOf = (name: string) => Object.keys(kept.keys).indexOf(name.slice(5)) + 4;
  const { keyLines, settings } = resolveSettings({ variables: {}, kept, lineOf });
  expect(keymapWarnings(settings, bindings, keyLines)).toEqual([
    "Settings file line 4: keys.downlod: unknown command.",
    "Settings file line 5: keys.All_Details: unknown command. Did you mean all-details?",
    'Settings file line 6: keys.sort: "F13" is not a key.',
    "Settings file line 7: keys.interrupt: its key cannot be changed.",
    "Settings file line 8: keys.newest: l is also bound to open.",
  ]);
});

test("^C cannot be taken away", async () => {
  const fake = withKeys({ interrupt: ["x"], sort: ["ctrl-c"] });
  expect(keymapWarnings(fake.state().settings, bindings)).toContain(
    "Settings file: keys.sort: ^C always quits.",
  );
  await goTo(fake, "files");
  fake.press("ctrl-c");
  await fake.until(({ leaving }) => leaving === "stopping");
});
