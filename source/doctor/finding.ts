import type { Variables } from "../base/environment-types.ts";
import type { ErrorKind } from "../base/errors.ts";
import type { NetworkFlags } from "../config/environment.ts";

/** What one look at this machine, its network or its settings came to. */
export interface Finding {
  /** What was looked at, in one or two words. */
  check: string;
  status: "ok" | "warning" | "problem";
  /** What was found, without a full stop. */
  found: string;
  /** What to do about it, as sentences. */
  advice?: string;
  /** Of problems: what kind of failure it leads to. */
  kind?: ErrorKind;
}

export function ok(check: string, found: string): Finding {
  return { check, status: "ok", found };
}

/** Something that works, but not as it could. */
export function warning(check: string, found: string, advice: string): Finding {
  return { check, status: "warning", found, advice };
}

/** Something that stops the program from doing its work. */
export function problem(check: string, kind: ErrorKind, found: string, advice: string): Finding {
  return { check, status: "problem", found, advice, kind };
}

/** What a diagnosis looks at beside files and network. */
export interface DoctorContext {
  variables: Variables;
  flags: NetworkFlags;
  /** The terminal that the program writes to; undefined where it writes to files or pipes only. */
  screen: Screen | undefined;
  /** True where keys can be read from standard input. */
  readsKeys: boolean;
  /** Absolute path of the folder that the program was started in. */
  directory: string;
  signal: AbortSignal;
  nowMs(): number;
}

export interface Screen {
  columns: number;
  rows: number;
  /** 1, 4, 8 or 24 bits, as the terminal names itself. */
  colourBits: number;
}
