import type { Notice, NoticeLevel } from "../state/state.ts";
import type { ActionContext } from "./context.ts";

const mostMessages = 200;

/** An error stays until the user reads it. */
export function noticeActions({ services, store }: ActionContext) {
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
  }

  function clearNotice(): void {
    const { notice } = store.getState();
    if (notice && notice.level !== "error") store.setState({ notice: undefined });
  }

  /** Also removes an error, because the user has read it. */
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
