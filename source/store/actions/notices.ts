import { AppError } from "../../errors.ts";
import type { Level, Notice } from "../state.ts";
import type { ActionContext } from "./context.ts";

/** The whole sentence of a failure, without a stack trace. */
export function errorText(error: Error): string {
  return error instanceof AppError ? error.message : `${error.name}: ${error.message}`;
}

export function noticeActions({ store }: ActionContext) {
  return {
    tell(level: Level, text: string): void {
      const notice: Notice = { level, text };
      store.setState({ notice });
    },
    clearNotice(): void {
      if (store.getState().notice) store.setState({ notice: undefined });
    },
  };
}

export type NoticeActions = ReturnType<typeof noticeActions>;
