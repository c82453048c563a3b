import type { Variables } from "../base/environment-types.ts";
import type { NetworkFlags } from "../config/environment.ts";

/** What a diagnosis looks at beside files and network. */
export interface Surroundings {
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
