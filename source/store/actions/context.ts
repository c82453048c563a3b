import type { StoreApi } from "zustand/vanilla";
import { currentPlace } from "../selectors/table.ts";
import type { Services } from "../services.ts";
import { atTheTop } from "../state/list-view.ts";
import { type Place, type PlaceListing, type PlaceView, placeKey } from "../state/place.ts";
import type { Notice, NoticeLevel, SessionPhase, SignInForm, State } from "../state/state.ts";

/** The state, and what its actions use outside it. */
export interface StoreContext {
  readonly store: StoreApi<State>;
  readonly services: Services;
}

/** What all actions share. */
export interface ActionContext extends StoreContext {
  /** While a notice `stays`, only errors replace it; every notice is kept in the history. */
  notify(level: NoticeLevel, text: string, options?: Pick<Notice, "stays">): void;
  /** Shows `text` until `work` reports more. Its signal aborts when the user stops it. */
  runTask<Result>(
    text: string,
    work: (signal: AbortSignal, report: (text: string) => void) => Promise<Result>,
  ): Promise<Result>;
}

export function enterPhase(
  { store }: StoreContext,
  phase: SessionPhase,
  form = store.getState().session.form,
): void {
  store.setState(({ session: { pause } }) => ({ session: { ...phase, form, pause } }));
}

export function changeForm({ store }: ActionContext, form: SignInForm): void {
  store.setState(({ session }) => ({ session: { ...session, form } }));
}

export function changeBucket({ store }: ActionContext, change: Partial<State["bucket"]>): void {
  store.setState(({ bucket }) => ({ bucket: { ...bucket, ...change } }));
}

export function changeView({ store }: ActionContext, change: Partial<PlaceView>): void {
  store.setState((state) => {
    const key = placeKey(currentPlace(state));
    const view = state.views[key] ?? { list: atTheTop, filter: "", marks: new Set<string>() };
    return { views: { ...state.views, [key]: { ...view, ...change } } };
  });
}

export function setListing({ store }: ActionContext, place: Place, listing: PlaceListing): void {
  store.setState(({ listings }) => ({
    listings: { ...listings, [placeKey(place)]: listing },
  }));
}

const minuteMs = 60_000;
const minuteOf = (atMs: number) => Math.floor(atMs / minuteMs);

/** Updates the clock for expiring file sets only when something else changes, so an idle screen writes nothing. */
export function followClock({ services, store }: ActionContext): void {
  store.subscribe((state) => {
    if (currentPlace(state).kind !== "file-sets") return;
    const nowMs = services.nowMs();
    if (minuteOf(nowMs) !== minuteOf(state.nowMs)) store.setState({ nowMs });
  });
}
