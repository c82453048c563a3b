import { useEffect, useRef, useState } from "react";
import { currentPlace, currentRow } from "../store/selectors/table.ts";
import { placeKey } from "../store/state/place.ts";
import type { State } from "../store/state/state.ts";
import { useProgramState } from "./program-context.ts";

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
