import type { Notice, NoticeLevel } from "../state/state.ts";
import type { StoreContext } from "./context.ts";

const mostMessages = 200;
const readingMsPerCharacter = 80;

/** A notice disappears with the next key, or once there was time to read it; an error waits for the key. */
export function noticeActions({ services, store }: StoreContext, leastShownMs = 5_000) {
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

  function notify(level: NoticeLevel, text: string, { stays }: Pick<Notice, "stays"> = {}): void {
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

  return { notify, clearNotice, dismissNotice, showNotices };
}
