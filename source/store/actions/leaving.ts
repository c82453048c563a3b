import { isBusy } from "../selectors/messages.ts";
import type { Leaving } from "../services.ts";
import type { ActionContext } from "./context.ts";
import type { OpeningActions } from "./open-path.ts";
import type { SessionActions } from "./session.ts";
import type { TaskActions } from "./tasks.ts";
import type { WatchActions } from "./watches.ts";

/** A second ^C within this time quits immediately. */
const twiceMs = 1_000;
/** How long transfers may take to stop then; partial files resume even if they were cut off. */
const hurriedStopMs = 500;
/** Quitting faster than this shows no message, because it would only flash. */
const momentMs = 200;

function after(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

interface LeavingParts {
  opening: OpeningActions;
  session: SessionActions;
  tasks: TaskActions;
  watches: WatchActions;
}

export function leavingActions(
  { services, store }: ActionContext,
  { opening, session, tasks, watches }: LeavingParts,
) {
  let interruptedAtMs: number | undefined;

  /** Stops the watches and downloads of this account, so that downloads can resume at the next start. */
  async function stopWork(): Promise<void> {
    opening.rememberVisit();
    session.giveUpSignIn();
    tasks.stopTasks();
    await Promise.all([watches.stopWatches(), services.transfers.stop()]);
  }

  async function leave(leaving: Leaving = { exitCode: 0 }, isHurried = false): Promise<void> {
    if (store.getState().leaving === "stopping") {
      services.leave(leaving);
      return;
    }
    store.setState({ leaving: "stopping", overlay: undefined });
    const messageTimer = setTimeout(() => store.setState({ task: "Leaving" }), momentMs);
    try {
      const { profiles } = services;
      const stopped =
        profiles === undefined ? stopWork() : Promise.all([stopWork(), profiles.stop()]);
      await (isHurried ? Promise.race([stopped, after(hurriedStopMs)]) : stopped);
      services.leave(leaving);
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      services.leave(leaving.error ? leaving : { exitCode: 1, error });
    } finally {
      clearTimeout(messageTimer);
    }
  }

  /** Asks first while downloads or tasks run, but only once. */
  function quit(): void {
    const state = store.getState();
    const asks = state.leaving !== "stopping" && isBusy(state) && state.overlay?.kind !== "quit";
    if (asks) store.setState({ overlay: { kind: "quit" } });
    else void leave();
  }

  function interrupt(): void {
    const nowMs = services.nowMs();
    const isTwice = interruptedAtMs !== undefined && nowMs - interruptedAtMs <= twiceMs;
    interruptedAtMs = nowMs;
    if (isTwice) void leave({ exitCode: 0 }, true);
    else quit();
  }

  /** Resolves once no name conflict is waiting for an answer. */
  function answered(): Promise<void> {
    return new Promise((resolve) => {
      if (!store.getState().downloadQuestions) return resolve();
      const unsubscribe = store.subscribe(({ downloadQuestions }) => {
        if (downloadQuestions) return;
        unsubscribe();
        resolve();
      });
    });
  }

  /** Resolves when this account has nothing to do. */
  async function workEnded(): Promise<void> {
    await tasks.tasksEnded();
    await answered();
    await services.transfers.idle();
  }

  async function leaveWhenDone(): Promise<void> {
    store.setState({ leaving: "waiting", overlay: undefined });
    await workEnded();
    await services.profiles?.idle();
    if (store.getState().leaving === "waiting") await leave();
  }

  function stay(): void {
    store.setState({ leaving: undefined, overlay: undefined });
  }

  return { leave, quit, interrupt, leaveWhenDone, stay, workEnded, stopWork };
}
