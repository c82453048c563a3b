import type { Variables } from "../base/environment-types.ts";
import type { ErrorKind } from "../base/errors.ts";
import type { EnvironmentFlags } from "../config/environment.ts";

/** The result of one check. */
export interface Finding {
  check: string;
  status: "ok" | "warning" | "problem";
  /** Without a full stop. */
  found: string;
  /** Whole sentences. */
  advice?: string;
  /** Of problems: the kind of failure that results. */
  kind?: ErrorKind;
}

export function ok(check: string, found: string): Finding {
  return { check, status: "ok", found };
}

/** It works, but not as well as it could. */
export function warning(check: string, found: string, advice: string): Finding {
  return { check, status: "warning", found, advice };
}

/** It stops the program from working. */
export function problem(check: string, kind: ErrorKind, found: string, advice: string): Finding {
  return { check, status: "problem", found, advice, kind };
}

export interface DoctorContext {
  variables: Variables;
  flags: EnvironmentFlags;
  /** Undefined if all output is redirected to files or pipes. */
  screen: Screen | undefined;
  readsKeys: boolean;
  /** Also checks the host of the queues of notifications. */
  checksQueue: boolean;
  /** Absolute path of the working directory. */
  directory: string;
  signal: AbortSignal;
  nowMs(): number;
}

export interface Screen {
  columns: number;
  rows: number;
  /** 1, 4, 8 or 24, as the terminal reports. */
  colourBits: number;
}
