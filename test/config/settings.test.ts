import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect } from "vitest";
import { createPreferences } from "../../source/config/preferences.ts";
import { readSettings, resolveSettings } from "../../source/config/settings.ts";
import { openStateStore } from "../../source/config/state-store.ts";
import { firstSettings } from "../../source/domain/settings.ts";
import { test } from "../support/test.ts";

test("flags override the environment, which overrides the file and the defaults", () => {
  const kept = { theme: "light", mouse: true, connections: 9, notifications: "bell" };
  const variables = { NO_COLOR: "1", CFS_CONNECTIONS: "12", CFS_JOBS: "" };
  const { origins, settings, warnings } = resolveSettings({
    flags: { quiet: true },
    variables,
    kept,
  });
  expect(settings).toMatchObject({ theme: "none", mouse: "on", connections: 12, motion: "full" });
  expect(settings.notifications).toBe("off");
  expect(settings.jobs).toBeUndefined();
  expect(origins.theme).toEqual({ value: "none", origin: "environment", by: "NO_COLOR" });
  expect(origins.mouse.origin).toBe("file");
  expect(origins.motion.origin).toBe("default");
  expect(origins.notifications).toMatchObject({ origin: "flag", by: "--quiet" });
  expect(warnings).toEqual([]);
});

test.each([
  [{ NO_COLOR: "1" }, "none"],
  [{ NO_COLOR: "" }, "dark"],
  [{ FORCE_COLOR: "0" }, "none"],
  [{ TERM: "dumb" }, "none"],
])("with %j the theme is %s", (variables, theme) => {
  expect(resolveSettings({ variables }).settings.theme).toBe(theme);
});

test.each([
  [{ ACCESSIBLE: "1" }, "on"],
  [{ INK_SCREEN_READER: "true" }, "on"],
  [{ ACCESSIBLE: "0" }, "off"],
  [{}, "off"],
])("with %j accessible is %s", (variables, accessible) => {
  expect(resolveSettings({ variables }).settings.accessible).toBe(accessible);
});

test("keys are stored by command id, one or several", () => {
  const kept = { keys: { download: "D", sort: ["o", "s"], open: 7 } };
  const { settings, warnings } = resolveSettings({ variables: {}, kept });
  expect(settings.keys).toEqual({ download: ["D"], sort: ["o", "s"] });
  expect(warnings).toEqual(["Settings file: keys.open is 7, not a key or a list of keys."]);
});

test("invalid settings give warnings with their lines, and defaults", ({ folder }) => {
  const path = join(folder, "config.json");
  const text = `{
  "settings": {
    "theme": "blue",
    "speed": 3,
    "connections": 0
  }
}`;
  writeFileSync(path, text);
  const notices: string[] = [];
  const kept = openStateStore({ directory: folder, notice: (notice) => notices.push(notice) });
  const preferences = createPreferences(kept, () => {});
  const { settings, warnings } = readSettings(preferences, path, { variables: {} });
  expect(settings).toEqual(firstSettings);
  expect(warnings).toEqual([
    "Settings file line 4: speed is not a setting.",
    "Settings file line 5: connections is 0, not a whole number from 1 to 256.",
    'Settings file line 3: theme is "blue", not one of dark, light, none, high-contrast.',
  ]);
  expect(notices).toEqual([]);
});

test("a warning quotes no character that controls a terminal", () => {
  const kept = { "\u001b[2Jspeed": 3, theme: "\u202eblue", keys: { "\u009bx": 1 } };
  const { warnings } = resolveSettings({ variables: {}, kept });
  expect(warnings.join("\n")).toMatch(/\[2Jspeed is not a setting/);
  expect(warnings.join("\n")).not.toMatch(/[\u001b\u009b\u202e]/);
});

test("a file that is not JSON is set aside, with the position of the error", ({ folder }) => {
  writeFileSync(join(folder, "config.json"), '{\n  "settings": {\n    "theme" "light"\n  }\n}');
  const notices: string[] = [];
  openStateStore({ directory: folder, notice: (notice) => notices.push(notice), nowMs: () => 1 });
  expect(notices).toHaveLength(1);
  expect(notices[0]).toContain("it is broken at line 3, column 13");
});

test("a changed setting is read at the next start", async ({ folder }) => {
  const open = () =>
    createPreferences(openStateStore({ directory: folder, notice: () => {} }), () => {});
  const preferences = open();
  preferences.setSetting("theme", "light");
  preferences.setSetting("connections", 8);
  preferences.setSetting("connections", undefined);
  await preferences.flush();
  expect(open().keptSettings()).toEqual({ theme: "light" });
});

test("settings are complete for any JSON in the file", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (kept, theme) => {
      expect(resolveSettings({ variables: {}, kept }).settings.theme).toMatch(/^[a-z-]+$/);
      const { settings } = resolveSettings({ variables: {}, kept: { theme, keys: kept } });
      expect(Object.keys(settings)).toEqual(expect.arrayContaining(["theme", "keys"]));
    }),
  );
});
