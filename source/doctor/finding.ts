import type { ErrorKind } from "../base/errors.ts";

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
