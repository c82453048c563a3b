import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import {
  clipboardPrograms,
  copyByProgram,
  copyToClipboard,
} from "../../source/terminal/clipboard.ts";

const osc52 = "\u001b]52;c;aWQ=\u0007";

async function copied(
  way: "auto" | "osc52" | "native" | "off",
  environment: Readonly<Record<string, string>>,
) {
  const terminal = new PassThrough();
  const outcome = await copyToClipboard("id", way, environment, terminal, "linux");
  return [outcome, String(terminal.read() ?? "")];
}

test("over ssh the terminal's clipboard is used, even if programs are installed", async () => {
  const environment = { SSH_CONNECTION: "1 2 3 4", DISPLAY: ":0" };
  expect(await copied("auto", environment)).toEqual(["offered", osc52]);
});

test("without a display the terminal's clipboard is used", async () => {
  expect(await copied("auto", {})).toEqual(["offered", osc52]);
});

test("off copies nothing, and native fails without a program", async () => {
  expect(await copied("off", {})).toEqual(["off", ""]);
  expect(await copied("native", {})).toEqual(["failed", ""]);
});

test("a text that is too long for the terminal is reported", async () => {
  const terminal = new PassThrough();
  expect(copyToClipboard("x".repeat(60_000), "osc52", {}, terminal)).toBe("too-long");
});

test.each<[NodeJS.Platform, Record<string, string>, string[]]>([
  ["darwin", {}, ["pbcopy"]],
  ["linux", { WSL_DISTRO_NAME: "Debian" }, ["clip.exe"]],
  ["linux", { WAYLAND_DISPLAY: "wayland-0", DISPLAY: ":0" }, ["wl-copy", "xclip", "xsel"]],
  ["linux", {}, []],
])("programs on %s with %j", (platform, environment, names) => {
  expect(clipboardPrograms(environment, platform).map(([name]) => name)).toEqual(names);
});

test("the first program that takes the text has it", async () => {
  const node = process.execPath;
  const takes = [node, "-e", "process.stdin.resume().on('end', () => process.exit(0))"] as const;
  const refuses = [node, "-e", "process.exit(1)"] as const;
  expect(await copyByProgram("id", [["there-is-no-such-program"], refuses, takes])).toBe(true);
  expect(await copyByProgram("id", [refuses])).toBe(false);
});
