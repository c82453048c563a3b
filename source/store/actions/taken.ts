import type { TransferRequest } from "../../transfer/engine.ts";
import { atTheTop } from "../list-view.ts";
import type { TakenName } from "../overlay.ts";
import type { ActionContext } from "./context.ts";

/** The request as the answer makes it; none where it is skipped. A number behind the name comes by itself. */
function answered({ request }: TakenName, answer: string): TransferRequest[] {
  if (answer === "skip") return [];
  return [answer === "replace" ? { ...request, overwrite: true } : request];
}

/** Asks what is to become of files whose names are taken. */
export function takenActions(
  { store }: ActionContext,
  queue: (requests: readonly TransferRequest[]) => void,
) {
  function answerTaken(id: string): void {
    const { overlay } = store.getState();
    if (overlay?.kind !== "taken") return;
    const answer = id.replace(/-all$/, "");
    const count = id.endsWith("-all") ? overlay.names.length : 1;
    const now = overlay.names.slice(0, count).flatMap((name) => answered(name, answer));
    const settled = [...overlay.settled, ...now];
    const names = overlay.names.slice(count);
    if (names.length > 0) {
      store.setState({ overlay: { kind: "taken", list: atTheTop, names, settled } });
      return;
    }
    store.setState({ overlay: undefined });
    queue(settled);
  }

  return { answerTaken };
}
