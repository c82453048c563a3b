import { spawn } from "node:child_process";
import type { Variables } from "../base/environment-types.ts";

/** A program of this machine that puts what it reads on the clipboard. */
export type ClipboardProgram = readonly [name: string, ...words: string[]];

/** The programs to try, the likeliest first; none where there is no display to have a clipboard. */
export function clipboardPrograms(
  variables: Variables,
  platform: NodeJS.Platform,
): readonly ClipboardProgram[] {
  if (platform === "darwin") return [["pbcopy"]];
  if (platform === "win32" || variables["WSL_DISTRO_NAME"]) return [["clip.exe"]];
  if (variables["TERMUX_VERSION"]) return [["termux-clipboard-set"]];
  return [
    ...(variables["WAYLAND_DISPLAY"] ? [["wl-copy"] as const] : []),
    ...(variables["DISPLAY"]
      ? ([
          ["xclip", "-selection", "clipboard"],
          ["xsel", "--clipboard", "--input"],
        ] as const)
      : []),
  ];
}

const patienceMs = 2_000;

/** Gives `text` to the program; false where it is not there, fails, or does not take it in time. */
function give(text: string, [name, ...words]: ClipboardProgram): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(name, words, {
      stdio: ["pipe", "ignore", "ignore"],
      timeout: patienceMs,
    });
    child.on("error", () => resolve(false));
    child.on("close", (code) => resolve(code === 0));
    child.stdin.on("error", () => resolve(false));
    child.stdin.end(text);
  });
}

/** Gives `text` to the first of the programs that takes it. */
export async function copyByProgram(
  text: string,
  programs: readonly ClipboardProgram[],
): Promise<boolean> {
  for (const program of programs) if (await give(text, program)) return true;
  return false;
}
