import type {
  Transfer,
  TransferEngine,
  TransferRequest,
  TransfersSnapshot,
} from "../../../source/transfer/engine.ts";
import { totalsOf } from "../../../source/transfer/queue/snapshots.ts";

/** An engine that moves no bytes: a test says what becomes of each transfer. */
export class FakeTransfers implements TransferEngine {
  readonly calls: string[] = [];
  /** Names of the files that were added with the word to replace others. */
  readonly replaced: string[] = [];
  readonly #listeners = new Set<() => void>();
  readonly #idle: (() => void)[] = [];
  #snapshot: TransfersSnapshot = { transfers: [], totals: totalsOf([]) };

  add(requests: readonly TransferRequest[]): string[] {
    const added = requests.map(({ directory, file, overwrite }, index): Transfer => {
      if (overwrite) this.replaced.push(file.name);
      const id = `t${this.#snapshot.transfers.length + index + 1}`;
      return {
        id,
        file,
        directory,
        state: "queued",
        bytesDone: 0,
        bytesTotal: file.bytes,
        bytesFetched: 0,
        bytesPerSecond: 0,
        seconds: 0,
      };
    });
    this.#show([...this.#snapshot.transfers, ...added]);
    return added.map(({ id }) => id);
  }

  /** Changes one transfer, as the engine would by itself. */
  change(id: string, change: Partial<Transfer>): void {
    this.changeTogether(new Map([[id, change]]));
  }

  /** Changes several at one moment. */
  changeTogether(changes: ReadonlyMap<string, Partial<Transfer>>): void {
    this.#show(
      this.#snapshot.transfers.map((transfer) =>
        changes.has(transfer.id) ? { ...transfer, ...changes.get(transfer.id) } : transfer,
      ),
    );
  }

  #show(transfers: readonly Transfer[]): void {
    this.#snapshot = { transfers, totals: totalsOf(transfers) };
    for (const listener of this.#listeners) listener();
    const { queued, running } = this.#snapshot.totals;
    if (queued + running === 0) for (const wake of this.#idle.splice(0)) wake();
  }

  pause(id: string): void {
    this.calls.push(`pause ${id}`);
    this.change(id, { state: "paused", bytesPerSecond: 0 });
  }

  resume(id: string): void {
    this.calls.push(`resume ${id}`);
    this.change(id, { state: "queued" });
  }

  cancel(id: string): void {
    this.calls.push(`cancel ${id}`);
    this.change(id, { state: "cancelled", bytesPerSecond: 0, cancelledAtMs: 1 });
  }

  restore(id: string): void {
    this.calls.push(`restore ${id}`);
    this.change(id, { state: "queued", cancelledAtMs: undefined });
  }

  retry(id: string): void {
    this.calls.push(`retry ${id}`);
    this.change(id, { state: "queued", error: undefined });
  }

  relocate(from: string, to: string): number {
    this.calls.push(`relocate ${from} ${to}`);
    const isRefused = ({ error, state }: Transfer) =>
      state === "failed" && error?.isOfFolder === true;
    const isMoved = (one: Transfer) => isRefused(one) || (one.state === "queued" && !one.path);
    const moved = this.#snapshot.transfers.filter(isMoved);
    for (const { id } of moved)
      this.change(id, { directory: to, state: "queued", error: undefined });
    return moved.length;
  }

  move(ids: readonly string[], way: "earlier" | "later"): void {
    this.calls.push(`${way} ${ids.join(" ")}`);
    const order = [...this.#snapshot.transfers];
    for (const id of ids) {
      const at = order.findIndex((transfer) => transfer.id === id);
      const [moved] = order.splice(at, 1);
      if (moved) order.splice(Math.max(0, way === "earlier" ? at - 1 : at + 1), 0, moved);
    }
    this.#show(order);
  }

  clearEnded(): void {
    const ended: readonly Transfer["state"][] = ["saved", "skipped", "failed", "cancelled"];
    this.#show(this.#snapshot.transfers.filter(({ state }) => !ended.includes(state)));
  }

  snapshot(): TransfersSnapshot {
    return this.#snapshot;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  idle(): Promise<void> {
    const { queued, running } = this.#snapshot.totals;
    if (queued + running === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  async stop(): Promise<void> {
    this.calls.push("stop");
    this.#show(
      this.#snapshot.transfers.map((transfer) =>
        transfer.state === "running" ? { ...transfer, state: "queued" } : transfer,
      ),
    );
  }
}
