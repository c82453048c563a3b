import type { StoreApi } from "zustand/vanilla";
import { currentPlace } from "../selectors/table.ts";
import type { Services } from "../services.ts";
import { atTheTop } from "../state/list-view.ts";
import { type Place, type PlaceListing, type PlaceView, placeKey } from "../state/place.ts";
import type { Notice, NoticeLevel, SessionPhase, SignInForm, State } from "../state/state.ts";

export interface ActionContext {
  readonly store: StoreApi<State>;
  readonly services: Services;
}

export function enterPhase(
  { store }: ActionContext,
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

const mostMessages = 200;
const leastShownMs = 5_000;
const readingMsPerCharacter = 80;

/** A notice disappears with the next key, or once there was time to read it; an error waits for the key. */
export function noticeActions({ services, store }: ActionContext) {
  let timer: NodeJS.Timeout | undefined;

  function removeLater(notice: Notice): void {
    clearTimeout(timer);
    if (notice.level === "error" || notice.stays) return;
    const shownMs = Math.max(leastShownMs, notice.text.length * readingMsPerCharacter);
    timer = setTimeout(() => {
      if (store.getState().notice === notice) store.setState({ notice: undefined });
    }, shownMs);
    timer.unref();
  }

  /** While a notice `stays`, only errors replace it; every notice is kept in the history. */
  function tell(level: NoticeLevel, text: string, stays?: boolean): void {
    const notice: Notice = { level, text, stays };
    const { notice: before, messages, unreadErrors } = store.getState();
    const isHidden = before?.stays === true && level !== "error";
    store.setState({
      notice: isHidden ? before : notice,
      messages: [...messages, { level, text, atMs: services.nowMs() }].slice(-mostMessages),
      unreadErrors: unreadErrors + (level === "error" ? 1 : 0),
    });
    if (!isHidden) removeLater(notice);
  }

  /** An error still counts as unread. */
  function clearNotice(): void {
    if (store.getState().notice) store.setState({ notice: undefined });
  }

  /** Also counts an error as read. */
  function dismissNotice(): void {
    const { notice, unreadErrors } = store.getState();
    if (!notice) return;
    const read = notice.level === "error" ? 1 : 0;
    store.setState({ notice: undefined, unreadErrors: Math.max(0, unreadErrors - read) });
  }

  function showNotices(): void {
    store.setState({
      overlay: { kind: "notices", top: 0 },
      notice: undefined,
      unreadErrors: 0,
    });
  }

  return { tell, clearNotice, dismissNotice, showNotices };
}

export type NoticeActions = ReturnType<typeof noticeActions>;
