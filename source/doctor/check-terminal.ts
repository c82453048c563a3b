import { execFile } from "node:child_process";
import type { Variables } from "../base/environment-types.ts";
import { capabilitiesOf, isUtf8, localeOf, smallestScreen } from "../terminal/capabilities.ts";
import { type ClipboardWay, copyingBy } from "../terminal/clipboard.ts";
import { type DoctorContext, type Finding, ok, type Screen, warning } from "./finding.ts";

export function checkTerminal({ variables, screen, readsKeys }: DoctorContext): Finding[] {
  if (screen === undefined) {
    const found = "the output goes to a file or a pipe: commands work, the screens need a terminal";
    return [ok("terminal", found), checkLocale(variables)];
  }
  return [
    readsKeys
      ? ok("terminal", "keys are read from it and screens written to it")
      : ok("terminal", "standard input is not a terminal: commands work, the screens need one"),
    checkSize(screen),
    checkKind(variables),
    checkColours(screen, variables),
    checkLocale(variables),
  ];
}

function checkSize({ columns, rows }: Screen): Finding {
  const found = `${columns}x${rows} cells`;
  const { columns: leastColumns, rows: leastRows } = smallestScreen;
  return columns < leastColumns || rows < leastRows
    ? warning("size", found, `Make it at least ${leastColumns}x${leastRows} to see the screens.`)
    : ok("size", found);
}

function checkKind(variables: Variables): Finding {
  const term = variables["TERM"];
  if (!term)
    return warning("TERM", "not set", "Set TERM to your terminal's name, such as xterm-256color.");
  const { scrolls } = capabilitiesOf(term);
  if (scrolls === "never") {
    const advice = "Set TERM to your terminal's name, such as xterm-256color, or use --accessible.";
    return warning("TERM", `${term} cannot move the cursor`, advice);
  }
  return scrolls === "by-lines"
    ? ok("TERM", term)
    : ok("TERM", `${term} is unknown: it is treated as a VT100`);
}

function checkColours({ colourBits }: Screen, variables: Variables): Finding {
  if (variables["NO_COLOR"]) return ok("colours", "none, because NO_COLOR is set");
  if (colourBits >= 4) return ok("colours", `${colourBits} bits`);
  const advice =
    "Nothing depends on colour. To see colours, set TERM to a terminal that has them, such as xterm-256color.";
  return warning("colours", "none, according to TERM", advice);
}

function checkLocale(variables: Variables): Finding {
  const found = localeOf(variables) ?? "none is set";
  if (isUtf8(variables)) return ok("locale", found);
  const advice =
    "Characters beyond ASCII may be shown wrong: set LANG to a UTF-8 locale, such as C.UTF-8.";
  return warning("locale", found, advice);
}

const check = "clipboard";

/** A terminal never confirms that it accepts OSC 52. */
export async function checkClipboard(
  { variables, screen }: DoctorContext,
  way: ClipboardWay,
): Promise<Finding[]> {
  if (screen === undefined) return [];
  if (way === "off") return [ok(check, "y copies nothing: the setting clipboard is off")];
  const { programs, throughTerminal } = copyingBy(way, variables);
  const [program] = programs;
  if (program !== undefined)
    return [
      ok(
        check,
        `y copies by ${program[0]}${throughTerminal ? "; if that fails, through the terminal" : ""}`,
      ),
    ];
  if (!throughTerminal) return [noProgram];
  if (variables["TMUX"]) return [await checkTmux(variables)];
  if (variables["STY"])
    return [ok(check, "y copies through screen and the terminal around it (OSC 52)")];
  return [checkOwnWay(variables)];
}

const noProgram = warning(
  check,
  "y copies nothing: the setting clipboard is native, and no clipboard program is installed",
  "Set clipboard to auto: the terminal may support it.",
);

/** Recognises terminals that ignore OSC 52 by a variable that they set. */
function checkOwnWay(variables: DoctorContext["variables"]): Finding {
  const ignoresOsc52 =
    variables["TERM_PROGRAM"] === "Apple_Terminal" || Boolean(variables["VTE_VERSION"]);
  if (!ignoresOsc52)
    return ok(check, "y copies through the terminal (OSC 52), if it supports that");
  return warning(
    check,
    "this terminal may ignore what y copies (OSC 52)",
    "Select with the mouse, or install a clipboard program: wl-copy, xclip or xsel.",
  );
}

async function checkTmux(variables: DoctorContext["variables"]): Promise<Finding> {
  const passes = await tmuxOption("allow-passthrough", variables);
  if (passes !== "off")
    return ok(check, "y copies through tmux and the terminal around it (OSC 52)");
  return warning(
    check,
    "tmux does not pass on what y copies: allow-passthrough is off",
    "Add `set -g allow-passthrough on` to tmux.conf, or run: tmux set -g allow-passthrough on",
  );
}

const patienceMs = 2_000;

/** Undefined if tmux cannot be run or is too old for the option. */
function tmuxOption(name: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  return new Promise((resolve) => {
    const words = ["show-options", "-gqv", name];
    execFile("tmux", words, { env, timeout: patienceMs }, (error, stdout) =>
      resolve(error === null ? stdout.trim() || undefined : undefined),
    );
  });
}
