import { counted } from "../../domain/readable.ts";
import type { TransferRequest } from "../../transfer/engine.ts";
import { canAsk } from "../selectors/input-target.ts";
import { atTheTop } from "../state/list-view.ts";
import type { TakenName, TakenQuestion } from "../state/name-conflict.ts";
import type { ActionContext } from "./context.ts";
import { giveMarksBack } from "./marks.ts";
import type { NoticeActions } from "./notices.ts";
import type { Queue } from "./requests.ts";

/** The request as the answer makes it; none where it is skipped. A number behind the name comes by itself. */
function answered({ request }: TakenName, answer: string): TransferRequest[] {
  if (answer === "skip") return [];
  return [answer === "replace" ? { ...request, overwrite: true } : request];
}

/** Asks what is to become of files whose names are taken. */
export function takenActions(context: ActionContext, { tell }: NoticeActions, queue: Queue) {
  const { store } = context;

  /** Shows the question where nothing else is shown or typed. */
  function show(): void {
    const state = store.getState();
    if (state.taken && canAsk(state)) {
      store.setState({ overlay: { kind: "taken", list: atTheTop } });
    }
  }

  /** Shows the question whenever it can be; keys that came with the one that made room are no answer to it. */
  function followTaken(): () => void {
    return store.subscribe((state) => {
      if (state.taken && canAsk(state)) queueMicrotask(show);
    });
  }

  /** Asks about the names; behind a question that stands already. */
  function askTaken({ names, settled, ordered }: TakenQuestion): void {
    const state = store.getState();
    if (!canAsk(state) && state.overlay?.kind !== "taken") {
      const taken = counted(names.length, "name is", "names are");
      tell(
        "warning",
        `Download: ${taken} taken; the question waits until nothing else is open or typed.`,
      );
    }
    store.setState(({ taken }) => ({
      taken: {
        names: [...(taken?.names ?? []), ...names],
        settled: [...(taken?.settled ?? []), ...settled],
        ordered: [...(taken?.ordered ?? []), ...ordered],
      },
    }));
  }

  function answerTaken(id: string): void {
    const { taken } = store.getState();
    if (!taken) return;
    const answer = id.replace(/-all$/, "");
    const count = id.endsWith("-all") ? taken.names.length : 1;
    const now = taken.names.slice(0, count).flatMap((name) => answered(name, answer));
    const settled = [...taken.settled, ...now];
    const names = taken.names.slice(count);
    if (names.length > 0) {
      const overlay = { kind: "taken", list: atTheTop } as const;
      store.setState({ overlay, taken: { ...taken, names, settled } });
      return;
    }
    store.setState({ overlay: undefined, taken: undefined });
    if (settled.length === 0) giveMarksBack(context, taken.ordered);
    queue(settled);
  }

  /** Downloads nothing of what was asked about. */
  function refuseTaken(): void {
    const { taken } = store.getState();
    store.setState({ overlay: undefined, taken: undefined });
    giveMarksBack(context, taken?.ordered ?? []);
    tell("note", "Nothing is downloaded.");
  }

  return { followTaken, askTaken, answerTaken, refuseTaken };
}

export type TakenActions = ReturnType<typeof takenActions>;
