import { createContext, useContext } from "react";
import { useStore } from "zustand";
import type { Program } from "../store/program.ts";
import type { State } from "../store/state.ts";
import { type Theme, themeFor } from "./theme.ts";

/** What every part of the screen needs beside the state. */
export interface Surroundings {
  program: Program;
  theme: Theme;
  /** Host name of the service. */
  host: string;
  demo: boolean;
  version: string;
  /** Where the screen leaves the way to lend the terminal to somebody else. */
  lending: Lending;
}

export interface Lending {
  lend?: (meanwhile: () => Promise<void>) => Promise<void>;
  isLent?: boolean;
}

export const SurroundingsContext = createContext<Surroundings | undefined>(undefined);

export function useSurroundings(): Surroundings {
  const surroundings = useContext(SurroundingsContext);
  if (!surroundings) throw new Error("The screen is drawn outside of its surroundings.");
  return surroundings;
}

/** What `select` picks of the state; the component is drawn again when that changes. */
export function useProgramState<Picked>(select: (state: State) => Picked): Picked {
  return useStore(useSurroundings().program.store, select);
}

const plainTheme = themeFor({ NO_COLOR: "1" });

export function useTheme(): Theme {
  return useContext(SurroundingsContext)?.theme ?? plainTheme;
}
