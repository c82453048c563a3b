import type { Leaving } from "../services.ts";
import type { ActionContext } from "./context.ts";
import { isActive } from "./transfers.ts";

/** Leaves the program; `rememberVisit` keeps where the person was. */
export function leavingActions({ services, store }: ActionContext, rememberVisit: () => void) {
  /** Stops the transfers, so that all is kept for the next start, and gives the terminal back. */
  async function leave(leaving: Leaving = { exitCode: 0 }): Promise<void> {
    if (store.getState().leaving === "stopping") {
      services.leave(leaving);
      return;
    }
    store.setState({ leaving: "stopping", overlay: undefined });
    rememberVisit();
    try {
      await services.transfers.stop();
      services.leave(leaving);
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      services.leave({ exitCode: 1, error, ...(leaving.error ? leaving : {}) });
    }
  }

  /** Quits; asks first while downloads run. The second time it does not ask. */
  function quit(): void {
    const { overlay, transfers } = store.getState();
    const asks = transfers.transfers.some(isActive) && overlay?.kind !== "quit";
    if (asks) store.setState({ overlay: { kind: "quit" } });
    else void leave();
  }

  async function leaveWhenDone(): Promise<void> {
    store.setState({ leaving: "waiting", overlay: undefined });
    await services.transfers.idle();
    if (store.getState().leaving === "waiting") await leave();
  }

  function stay(): void {
    store.setState({ leaving: undefined, overlay: undefined });
  }

  return { leave, quit, leaveWhenDone, stay };
}
