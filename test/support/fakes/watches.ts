import type { AppError } from "../../../source/base/errors.ts";
import type { FileSet } from "../../../source/domain/entities.ts";
import type { Services } from "../../../source/store/services.ts";
import type {
  PackageToWatch,
  PackageWatch,
  WatchHandlers,
} from "../../../source/watch/package-watch.ts";

/** A watch of one package; a test says what happens. */
export class FakeWatch implements PackageWatch {
  readonly wanted: PackageToWatch;
  readonly #handlers: WatchHandlers;
  /** "run", "stop" and "end", in their order. */
  readonly calls: string[] = [];
  endAnswer: AppError | undefined;
  readonly #wakes: (() => void)[] = [];
  #signal = new AbortController().signal;
  #fail: (error: unknown) => void = () => undefined;

  constructor(wanted: PackageToWatch, handlers: WatchHandlers) {
    this.wanted = wanted;
    this.#handlers = handlers;
  }

  #call(name: string): void {
    this.calls.push(name);
    for (const wake of this.#wakes.splice(0)) wake();
  }

  /** Resolves once these calls were made. */
  async called(...names: readonly string[]): Promise<void> {
    while (this.calls.join() !== names.join())
      await new Promise<void>((resolve) => this.#wakes.push(resolve));
  }

  run(signal: AbortSignal): Promise<never> {
    this.#call("run");
    this.#signal = signal;
    return new Promise((_, reject) => {
      this.#fail = reject;
      signal.addEventListener("abort", () => {
        this.#call("stop");
        reject(signal.reason);
      });
    });
  }

  async end(): Promise<void> {
    this.#call("end");
    if (this.endAnswer) throw this.endAnswer;
  }

  /** Notifications begin to arrive. */
  subscribe(): void {
    this.#handlers.report.event({ event: "subscribed", subscriptionId: "1", isNew: true });
  }

  /** Notifications do not arrive. */
  poll(text: string): void {
    this.#handlers.report.problem({ event: "polling", error: text }, text);
  }

  /** Notifications arrive again. */
  listen(text: string): void {
    this.#handlers.report.event({ event: "listening" }, text);
  }

  arrive(fileSet: FileSet): Promise<boolean> {
    return this.#handlers.arrived(fileSet, this.#signal);
  }

  /** Ends the watch. */
  fail(error: AppError): void {
    this.#fail(error);
  }
}

export class FakeWatches {
  readonly opened: FakeWatch[] = [];
  /** The packages that an earlier program watched. */
  paused: readonly string[] = [];
  readonly #wakes: ((watch: FakeWatch) => void)[] = [];

  pausedWatches: Services["pausedWatches"] = async () => this.paused;

  openWatch: Services["openWatch"] = async (wanted, handlers) => {
    const watch = new FakeWatch(wanted, handlers);
    this.opened.push(watch);
    for (const wake of this.#wakes.splice(0)) wake(watch);
    return watch;
  };

  /** The last one, once it runs. */
  async running(): Promise<FakeWatch> {
    const last = this.opened.at(-1);
    const watch = last ?? (await new Promise<FakeWatch>((resolve) => this.#wakes.push(resolve)));
    await watch.called("run");
    return watch;
  }
}
