import { dirname } from "node:path";
import type { Variables } from "../base/environment-types.ts";
import type { ForegroundCommand } from "./lifecycle.ts";

export interface ForegroundProgram extends ForegroundCommand {
  /** What to tell the user if the program did not start. */
  failed: string;
}

/** `PAGER`, which may have options, or less. Long lines are cut, because rows of data are long. */
export function pagerFor(path: string, variables: Variables): ForegroundProgram {
  const pager = variables["PAGER"] || "less";
  const opened = /\.gz$/i.test(path) ? 'gzip -dc -- "$1" |' : `< "$1"`;
  return {
    line: `${opened} ${pager}`,
    words: [path],
    directory: dirname(path),
    variables: { LESS: "S", ...variables },
    failed: `Could not start the pager ${pager}. Set PAGER to another one.`,
  };
}

export function shellIn(directory: string, variables: Variables): ForegroundProgram {
  const shell = variables["SHELL"] || "sh";
  return {
    line: 'echo "Shell in $PWD. exit returns to cfs."; exec "$1"',
    words: [shell],
    directory,
    variables: { ...variables },
    failed: `Could not start the shell ${shell}. Set SHELL to another one.`,
  };
}
