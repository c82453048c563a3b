import { spawn } from "node:child_process";
import type { Variables } from "../base/environment-types.ts";

/** Terminals cut or refuse longer sequences; xterm's limit is applied to all. */
const mostBase64 = 74_994;

function wrappedFor(variables: Variables, code: string): string {
  const { STY, TERM, TMUX } = variables;
  // Depending on its settings, tmux handles the code, passes it on, or does neither.
  if (TMUX) return `${code}\u001bPtmux;${code.replaceAll("\u001b", "\u001b\u001b")}\u001b\\`;
  if (STY) return inPieces(code);
  // Over ssh the two are indistinguishable.
  return TERM?.startsWith("screen") ? code + inPieces(code) : code;
}

/** GNU screen passes strings through unchanged, but drops long ones. */
function inPieces(code: string): string {
  const pieces = code.match(/.{1,700}/gs) ?? [];
  return pieces.map((piece) => `\u001bP${piece}\u001b\\`).join("");
}

/** OSC 52, wrapped for tmux and screen; undefined if `text` is too long. Terminals do not confirm it. */
export function clipboardCode(text: string, variables: Variables): string | undefined {
  const encoded = Buffer.from(text, "utf8").toString("base64");
  if (encoded.length > mostBase64) return undefined;
  return wrappedFor(variables, `\u001b]52;c;${encoded}\u0007`);
}

export type ClipboardWay = "auto" | "osc52" | "native" | "off";
type Outcome = "offered" | "too-long" | "off" | "failed";
function isRemote(variables: Variables): boolean {
  return ["SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT"].some((name) => variables[name]);
}

export interface Copying {
  programs: readonly ClipboardProgram[];
  throughTerminal: boolean;
}

/** Over ssh "auto" uses the terminal, since a program would reach the wrong clipboard; locally it is the fallback. */
export function copyingBy(
  way: ClipboardWay,
  variables: Variables,
  platform: NodeJS.Platform = process.platform,
): Copying {
  const isLocal = way === "native" || (way === "auto" && !isRemote(variables));
  return {
    programs: isLocal ? clipboardPrograms(variables, platform) : [],
    throughTerminal: way === "osc52" || way === "auto",
  };
}

function offer(text: string, variables: Variables, terminal: NodeJS.WritableStream): Outcome {
  const code = clipboardCode(text, variables);
  if (code === undefined) return "too-long";
  terminal.write(code);
  return "offered";
}

export function copyToClipboard(
  text: string,
  way: ClipboardWay,
  variables: Variables,
  terminal: NodeJS.WritableStream,
  platform: NodeJS.Platform = process.platform,
): Outcome | Promise<Outcome> {
  if (way === "off") return "off";
  const { programs, throughTerminal } = copyingBy(way, variables, platform);
  const offered = () => (throughTerminal ? offer(text, variables, terminal) : "failed");
  if (programs.length === 0) return offered();
  return copyByProgram(text, programs).then((taken) => (taken ? "offered" : offered()));
}

export type ClipboardProgram = readonly [name: string, ...words: string[]];

/** The likeliest first; empty if no display exists. */
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

/** Resolves with false if the program is missing, fails or times out. */
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

export async function copyByProgram(
  text: string,
  programs: readonly ClipboardProgram[],
): Promise<boolean> {
  for (const program of programs) if (await give(text, program)) return true;
  return false;
}
