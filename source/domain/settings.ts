/** The words of each setting; the first is the default. */
export const settingChoices = {
  theme: ["dark", "light", "none", "high-contrast"],
  motion: ["full", "reduced"],
  clipboard: ["auto", "osc52", "native", "off"],
  notifications: ["auto", "bell", "osc9", "off"],
  taskbar: ["off", "on"],
  mouse: ["off", "on"],
  accessible: ["off", "on"],
} as const;

/** Numbers from 1 to 256; undefined leaves the choice to the program. */
export const settingCounts = ["connections", "jobs"] as const;

export type ChoiceName = keyof typeof settingChoices;
type CountName = (typeof settingCounts)[number];
export type SettingName = ChoiceName | CountName | "limitRate";

/** In the order in which they are shown. */
export const settingNames: readonly SettingName[] = [
  ...settingCounts,
  "limitRate",
  "theme",
  "motion",
  "clipboard",
  "notifications",
  "taskbar",
  "mouse",
  "accessible",
];

type Choices = { readonly [Name in ChoiceName]: (typeof settingChoices)[Name][number] };

/** `keys` are by command id; an empty list unbinds the command. */
export interface Settings extends Choices {
  readonly connections?: number;
  readonly jobs?: number;
  /** A rate or a timetable of rates: "5M", "08:00-18:00 5M", "off". */
  readonly limitRate: string;
  readonly keys: Readonly<Record<string, readonly string[]>>;
}

export const firstSettings: Settings = {
  limitRate: "off",
  theme: "dark",
  motion: "full",
  clipboard: "auto",
  notifications: "auto",
  taskbar: "off",
  mouse: "off",
  accessible: "off",
  keys: {},
};

export const settingTitles: Readonly<Record<SettingName, string>> = {
  connections: "Connections",
  jobs: "Files at a time",
  limitRate: "Rate limit",
  theme: "Theme",
  motion: "Motion",
  clipboard: "Clipboard",
  notifications: "Notifications",
  taskbar: "Task bar",
  mouse: "Mouse",
  accessible: "Screen reader",
};

/** Settings that take effect after a restart. */
export const fromNextStart: readonly SettingName[] = ["accessible", ...settingCounts];

export const settingAbout: Readonly<Record<SettingName, string>> = {
  theme: "Colours: for a dark or a light terminal, none, or with high contrast",
  motion: "reduced: no spinner and no blinking; numbers still change",
  clipboard:
    "How y copies: through the terminal (osc52, over ssh too), with a local program (native)",
  notifications: "How the end of long downloads is reported: a bell, or a message (osc9)",
  taskbar: "Progress in the terminal's tab or task bar, if it can show it (OSC 9;4)",
  mouse: "on: wheel and click; selecting text then needs Shift",
  accessible: "on: lines of text for a screen reader in place of screens",
  connections: "How many connections all files together may use",
  jobs: "How many files are downloaded at a time",
  limitRate: "How fast all connections together may receive, also by time of day",
};

/** Accepts true and false for on and off; undefined if the value is not one of the words. */
export function choiceFrom(name: ChoiceName, value: unknown): string | undefined {
  const words: readonly string[] = settingChoices[name];
  const word = value === true ? "on" : value === false ? "off" : value;
  return typeof word === "string" ? words.find((own) => own === word) : undefined;
}

/** The word after `current`, cyclically. */
export function nextChoice(name: ChoiceName, current: string): string {
  const words: readonly string[] = settingChoices[name];
  return words[(words.indexOf(current) + 1) % words.length] ?? current;
}

export function isSettingCount(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= 256;
}

export function isChoiceName(name: string): name is ChoiceName {
  return name in settingChoices;
}
