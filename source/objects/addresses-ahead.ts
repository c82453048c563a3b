import type { Secret } from "../base/secret.ts";
import { unlessAborted } from "../base/waiting.ts";
import type { ObjectSource } from "./source.ts";

/** Requests the addresses of files before their downloads start, so that no download waits for its address. */
export interface AddressesAhead {
  /** Its `locate` returns each address that was requested ahead once. */
  source: ObjectSource;
  /** Announces files whose downloads start soon, in this order. */
  expect(fileIds: readonly string[]): void;
  /** Reports a file that no longer needs an address. */
  drop(fileId: string): void;
  /** Stops all requests for addresses. */
  end(): void;
}

interface AskedAhead {
  address: Promise<Secret>;
  atMs: number;
  end(): void;
}

const mostAhead = 16;

/** An address expires after some hours, or earlier if the credentials that signed it expire. */
const freshMs = 60_000;

/** Requests nothing before the first download requests its address, because all files may already exist. */
export function createAddressesAhead(
  source: ObjectSource,
  nowMs: () => number = Date.now,
): AddressesAhead {
  const expected = new Set<string>();
  const asked = new Map<string, AskedAhead>();
  let hasStarted = false;
  let isEnded = false;

  function fill(): void {
    if (!hasStarted || isEnded) return;
    for (const fileId of expected) {
      if (asked.size >= mostAhead) return;
      expected.delete(fileId);
      // With one signal for all, Node would warn of a listener leak.
      const ending = new AbortController();
      const address = source.locate(fileId, ending.signal);
      // The download that uses the address reports the failure.
      address.catch(() => undefined);
      asked.set(fileId, { address, atMs: nowMs(), end: () => ending.abort() });
    }
  }

  function drop(fileId: string): void {
    expected.delete(fileId);
    if (asked.delete(fileId)) fill();
  }

  return {
    source: {
      open: source.open,
      locate(fileId, signal) {
        const found = asked.get(fileId);
        hasStarted = true;
        drop(fileId);
        fill();
        if (found === undefined || nowMs() - found.atMs > freshMs)
          return source.locate(fileId, signal);
        return unlessAborted(found.address, signal);
      },
    },
    expect(fileIds) {
      for (const fileId of fileIds) expected.add(fileId);
      fill();
    },
    drop,
    end() {
      isEnded = true;
      for (const { end } of asked.values()) end();
    },
  };
}
