export type NoticeLevel = "note" | "warning" | "error";

export interface Notice {
  level: NoticeLevel;
  text: string;
  /** Nothing but a key or an error takes its place. */
  stays?: boolean;
}

/** A notice with when it was told. */
export interface LoggedNotice extends Omit<Notice, "stays"> {
  /** Milliseconds since 1970. */
  atMs: number;
}
