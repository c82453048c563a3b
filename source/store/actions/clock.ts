import { currentPlace } from "../selectors/table.ts";
import type { ActionContext } from "./context.ts";

const minuteMs = 60_000;
const minuteOf = (atMs: number) => Math.floor(atMs / minuteMs);

/**
 * Keeps the time of the state, which file sets run out by: it is read when something else changes while they
 * are shown. The time alone changes nothing, so that an idle screen writes nothing.
 */
export function followClock({ services, store }: ActionContext): void {
  store.subscribe((state) => {
    if (currentPlace(state).kind !== "file-sets") return;
    const nowMs = services.nowMs();
    if (minuteOf(nowMs) !== minuteOf(state.nowMs)) store.setState({ nowMs });
  });
}
