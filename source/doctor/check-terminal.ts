import type { Variables } from "../base/environment-types.ts";
import { traitsOf } from "../terminal/capabilities.ts";
import { smallestScreen } from "../terminal/smallest-screen.ts";
import { type Finding, ok, warning } from "./finding.ts";
import type { Screen, Surroundings } from "./surroundings.ts";

/** Whether the screens can be shown, and how well. */
export function checkTerminal({ variables, screen, readsKeys }: Surroundings): Finding[] {
  if (screen === undefined) {
    const found = "the output goes to a file or a pipe: commands work, the screens need a terminal";
    return [ok("terminal", found), checkLocale(variables)];
  }
  return [
    readsKeys
      ? ok("terminal", "keys are read from it and screens written to it")
      : ok("terminal", "standard input is none: commands work, the screens need one"),
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
    return warning("TERM", "it is not set", "Set TERM to what the terminal is: xterm-256color.");
  const { moves } = traitsOf(term);
  if (moves === "never") {
    const advice = "Set TERM to what the terminal is, such as xterm-256color; or use --accessible.";
    return warning("TERM", `${term} moves no cursor`, advice);
  }
  return moves === "by-lines"
    ? ok("TERM", term)
    : ok("TERM", `${term}, not known here: it is spoken to as a VT100`);
}

function checkColours({ colourBits }: Screen, variables: Variables): Finding {
  if (variables["NO_COLOR"]) return ok("colours", "none, because NO_COLOR is set");
  if (colourBits >= 4) return ok("colours", `${colourBits} bits`);
  const advice = "Nothing depends on hues; for them set TERM to one with colours: xterm-256color.";
  return warning("colours", "none, as the terminal names itself", advice);
}

/** The variables that decide which characters a terminal shows, the strongest first. */
const localeVariables = ["LC_ALL", "LC_CTYPE", "LANG"] as const;

function checkLocale(variables: Variables): Finding {
  const name = localeVariables.find((one) => variables[one]);
  const found = name === undefined ? "none is set" : `${name}=${variables[name]}`;
  if (process.platform === "win32" || /utf-?8/i.test(found)) return ok("locale", found);
  const advice =
    "Characters beyond ASCII may be shown wrong: set LANG to a UTF-8 locale, such as C.UTF-8.";
  return warning("locale", found, advice);
}
