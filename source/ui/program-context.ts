import { createContext, useContext, useEffect, useRef, useState } from "react";
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import { firstSettings } from "../domain/settings.ts";
import type { Program, ReadonlyStore } from "../store/program.ts";
import { currentPlace, currentRow } from "../store/selectors/table.ts";
import { placeKey } from "../store/state/place.ts";
import type { State } from "../store/state/state.ts";
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

/** Longer than the pause between two repeats of a held key. */
const restMs = 100;

/**
 * The state with the row on which the cursor rested last. While a key is held, only the rows are
 * drawn, so that a move costs few bytes over a slow link.
 */
export function useRestedState(): State {
  const state = useProgramState((all) => all);
  const list = placeKey(currentPlace(state));
  const row = currentRow(state)?.id;
  const [rested, setRested] = useState({ list, row });
  const shown = useRef(state);
  const isMoving = list === rested.list && row !== rested.row && row !== undefined;
  useEffect(() => {
    const rest = () => setRested({ list, row });
    if (!isMoving) return rest();
    const timer = setTimeout(rest, restMs);
    return () => clearTimeout(timer);
  }, [isMoving, list, row]);
  useEffect(() => {
    if (!isMoving) shown.current = state;
  });
  return isMoving ? { ...shown.current, viewport: state.viewport } : state;
}
