import { createContext, useContext } from "react";
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import { firstSettings } from "../domain/settings.ts";
import type { Program } from "../store/program.ts";
import type { State } from "../store/state/state.ts";
import type { ReadonlyStore } from "../store/throttled.ts";
import { type Theme, themeNamed } from "./theme.ts";

export interface ScreenContext {
  program: Program;
  host: string;
  version: string;
  lease: TerminalLease;
}

export interface TerminalLease {
  lend?: (meanwhile: () => Promise<void>) => Promise<void>;
  isLent?: boolean;
}

export const ProgramContext = createContext<ScreenContext | undefined>(undefined);

export function useProgramContext(): ScreenContext {
  const context = useContext(ProgramContext);
  if (!context) throw new Error("The screen is drawn outside of its program.");
  return context;
}

export function useProgramState<Picked>(select: (state: State) => Picked): Picked {
  return useStore(useProgramContext().program.store, select);
}

/** Used when something is drawn without a program. */
const noStore = createStore<Pick<State, "settings">>()(() => ({
  settings: { ...firstSettings, theme: "none" },
}));

export function useTheme(): Theme {
  const context = useContext(ProgramContext);
  const store: ReadonlyStore<Pick<State, "settings">> = context?.program.store ?? noStore;
  return themeNamed(useStore(store, ({ settings }) => settings.theme));
}
