import type { Notice, NoticeLevel } from "../state/state.ts";
import type { ActionContext } from "./context.ts";

const mostTold = 200;

/** The notice in the line at the bottom. An error stays there until it is read. */
export function noticeActions({ services, store }: ActionContext) {
  /** Where another one `stays`, only an error is shown at once; all is kept among what was told. */
  function tell(level: NoticeLevel, text: string, stays?: boolean): void {
    const notice: Notice = { level, text, stays };
    const { notice: before, messages, unreadErrors } = store.getState();
    const isHidden = before?.stays === true && level !== "error";
    store.setState({
      notice: isHidden ? before : notice,
      messages: [...messages, { level, text, atMs: services.nowMs() }].slice(-mostTold),
      unreadErrors: unreadErrors + (level === "error" ? 1 : 0),
    });
  }

  /** Removes the notice unless it is an error. */
  function clearNotice(): void {
    const { notice } = store.getState();
    if (notice && notice.level !== "error") store.setState({ notice: undefined });
  }

  /** Removes the notice, an error too: it has been read. */
  function dismissNotice(): void {
    const { notice, unreadErrors } = store.getState();
    if (!notice) return;
    const read = notice.level === "error" ? 1 : 0;
    store.setState({ notice: undefined, unreadErrors: Math.max(0, unreadErrors - read) });
  }

  /** Shows all messages, the newest first. */
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
