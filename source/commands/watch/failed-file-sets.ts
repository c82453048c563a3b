import { watchPauseMs } from "../../base/backoff.ts";
import type { FileSet } from "../../domain/entities.ts";
import { listEveryMs } from "../../watch/follow.ts";

interface Failed {
  fileSet: FileSet;
  failures: number;
  retryAtMs: number;
}

/** The file sets that could not be fetched. Each is due again after a pause that grows with its failures. */
export class FailedFileSets {
  readonly #failed = new Map<string, Failed>();

  add(fileSet: FileSet, nowMs: number): void {
    const failures = (this.#failed.get(fileSet.id)?.failures ?? 0) + 1;
    const pauseMs = watchPauseMs(listEveryMs, failures, Math.random());
    this.#failed.set(fileSet.id, { fileSet, failures, retryAtMs: nowMs + pauseMs });
  }

  has(id: string): boolean {
    return this.#failed.has(id);
  }

  delete(id: string): void {
    this.#failed.delete(id);
  }

  keepOnly(ids: ReadonlySet<string>): void {
    for (const id of this.#failed.keys()) if (!ids.has(id)) this.#failed.delete(id);
  }

  /** True if it may be fetched now, also if it has not failed. */
  isDue(id: string, nowMs: number): boolean {
    return (this.#failed.get(id)?.retryAtMs ?? 0) <= nowMs;
  }

  find(isThis: (fileSet: FileSet) => boolean): FileSet | undefined {
    return [...this.#failed.values()].find(({ fileSet }) => isThis(fileSet))?.fileSet;
  }

  /** When the first of them is due; infinite without one. */
  retryAtMs(): number {
    return Math.min(...[...this.#failed.values()].map(({ retryAtMs }) => retryAtMs));
  }
}
