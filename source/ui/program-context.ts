import { createContext, useContext } from "react";
import { type StoreApi, useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import { firstSettings } from "../domain/settings.ts";
import type { Program } from "../store/program.ts";
import type { State } from "../store/state/state.ts";
import { type Theme, themeNamed } from "./theme.ts";

/** What every part of the screen needs beside the state. */
export interface ScreenContext {
  program: Program;
  /** Host name of the service. */
  host: string;
  version: string;
  /** How the terminal is lent to another program. */
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

/** What `select` picks of the state; the component is drawn again when that changes. */
export function useProgramState<Picked>(select: (state: State) => Picked): Picked {
  return useStore(useProgramContext().program.store, select);
}

/** Stands in where something is drawn without a program. */
const noStore = createStore<Pick<State, "settings">>()(() => ({
  settings: { ...firstSettings, theme: "none" },
}));

export function useTheme(): Theme {
  const context = useContext(ProgramContext);
  const store: StoreApi<Pick<State, "settings">> = context?.program.store ?? noStore;
  return themeNamed(useStore(store, ({ settings }) => settings.theme));
}
