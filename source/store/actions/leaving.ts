import { isBusy } from "../selectors/messages.ts";
import type { Leaving } from "../services.ts";
import type { ActionContext } from "./context.ts";
import type { TaskActions } from "./tasks.ts";

/** ^C twice within this time always leaves. */
const twiceMs = 1_000;
/** How long the transfers may take to stop then; what is on disk resumes even if they were cut off. */
const hurriedStopMs = 500;
/** A way out that is faster than this shows no message: it would only flash by. */
const momentMs = 200;

function after(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Leaves the program; `rememberVisit` keeps where the person was. */
export function leavingActions(
  { services, store }: ActionContext,
  { stopTasks, tasksEnded }: TaskActions,
  rememberVisit: () => void,
) {
  let interruptedAtMs: number | undefined;

  /** Stops the transfers, so that all is kept for the next start, and gives the terminal back. */
  async function leave(leaving: Leaving = { exitCode: 0 }, isHurried = false): Promise<void> {
    if (store.getState().leaving === "stopping") {
      services.leave(leaving);
      return;
    }
    store.setState({ leaving: "stopping", overlay: undefined });
    rememberVisit();
    stopTasks();
    const telling = setTimeout(() => store.setState({ task: "Leaving" }), momentMs);
    try {
      const stopped = services.transfers.stop();
      await (isHurried ? Promise.race([stopped, after(hurriedStopMs)]) : stopped);
      services.leave(leaving);
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      services.leave(leaving.error ? leaving : { exitCode: 1, error });
    } finally {
      clearTimeout(telling);
    }
  }

  /** Quits; asks first while downloads run or are looked up. The second time it does not ask. */
  function quit(): void {
    const state = store.getState();
    const asks = state.leaving !== "stopping" && isBusy(state) && state.overlay?.kind !== "quit";
    if (asks) store.setState({ overlay: { kind: "quit" } });
    else void leave();
  }

  /** Quits as `quit` does; twice in a moment it leaves, whatever else goes on. */
  function interrupt(): void {
    const nowMs = services.nowMs();
    const isTwice = interruptedAtMs !== undefined && nowMs - interruptedAtMs <= twiceMs;
    interruptedAtMs = nowMs;
    if (isTwice) void leave({ exitCode: 0 }, true);
    else quit();
  }

  /** Resolves when no name is asked about that something on disk has already. */
  function answered(): Promise<void> {
    return new Promise((resolve) => {
      if (!store.getState().nameConflicts) return resolve();
      const unsubscribe = store.subscribe(({ nameConflicts }) => {
        if (nameConflicts) return;
        unsubscribe();
        resolve();
      });
    });
  }

  async function leaveWhenDone(): Promise<void> {
    store.setState({ leaving: "waiting", overlay: undefined });
    await tasksEnded();
    await answered();
    await services.transfers.idle();
    if (store.getState().leaving === "waiting") await leave();
  }

  function stay(): void {
    store.setState({ leaving: undefined, overlay: undefined });
  }

  return { leave, quit, interrupt, leaveWhenDone, stay };
}
