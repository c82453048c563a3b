import { execFile } from "node:child_process";
import { type ClipboardWay, copyingBy } from "../terminal/clipboard.ts";
import { type Finding, ok, warning } from "./finding.ts";
import type { Surroundings } from "./surroundings.ts";

const check = "clipboard";

/**
 * Where `y` copies to with that setting. A terminal never answers whether it takes what is offered
 * (OSC 52).
 */
export async function checkClipboard(
  { variables, screen }: Surroundings,
  way: ClipboardWay,
): Promise<Finding[]> {
  if (screen === undefined) return [];
  if (way === "off") return [ok(check, "y copies nothing: the setting clipboard is off")];
  const { programs, throughTerminal } = copyingBy(way, variables);
  const [program] = programs;
  if (program !== undefined)
    return [
      ok(check, `y copies by ${program[0]}${throughTerminal ? ", else through the terminal" : ""}`),
    ];
  if (!throughTerminal) return [noProgram];
  if (variables["TMUX"]) return [await checkTmux(variables)];
  if (variables["STY"])
    return [ok(check, "y copies through screen and the terminal around it (OSC 52)")];
  return [checkOwnWay(variables)];
}

const noProgram = warning(
  check,
  "there is no program here for y to copy by, and the setting clipboard is native",
  "Set clipboard to auto: the terminal may take it.",
);

/** Terminals that are known to pass over OSC 52, by a variable that they set. */
function checkOwnWay(variables: Surroundings["variables"]): Finding {
  const isDeaf =
    variables["TERM_PROGRAM"] === "Apple_Terminal" || Boolean(variables["VTE_VERSION"]);
  if (!isDeaf) return ok(check, "y copies through the terminal (OSC 52), if it takes that");
  return warning(
    check,
    "this terminal may pass over what y offers it (OSC 52)",
    "Select with the mouse, or copy by a program of this machine: wl-copy, xclip or xsel.",
  );
}

async function checkTmux(variables: Surroundings["variables"]): Promise<Finding> {
  const passes = await tmuxOption("allow-passthrough", variables);
  if (passes !== "off")
    return ok(check, "y copies through tmux and the terminal around it (OSC 52)");
  return warning(
    check,
    "tmux keeps what y offers from the terminal around it: allow-passthrough is off",
    "Put `set -g allow-passthrough on` into tmux.conf, or run: tmux set -g allow-passthrough on",
  );
}

const patienceMs = 2_000;

/** Undefined where tmux is not to be asked, or too old to have the option. */
function tmuxOption(name: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  return new Promise((resolve) => {
    const words = ["show-options", "-gqv", name];
    execFile("tmux", words, { env, timeout: patienceMs }, (error, stdout) =>
      resolve(error === null ? stdout.trim() || undefined : undefined),
    );
  });
}
