export type Level = "note" | "warning" | "error";

export interface Notice {
  level: Level;
  text: string;
}

/** A notice with when it was told. */
export interface ToldNotice extends Notice {
  /** Milliseconds since 1970. */
  atMs: number;
}
