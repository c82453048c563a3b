import type { Secret } from "../base/secret.ts";
import { unlessAborted } from "../base/waiting.ts";
import type { ObjectSource } from "./source.ts";

/** Asks for the addresses of files before their downloads begin, so that each begins with its first byte. */
export interface AddressesAhead {
  /** Its `locate` hands out what was asked ahead, once. */
  source: ObjectSource;
  /** Files whose downloads begin soon, in this order. */
  expect(fileIds: readonly string[]): void;
  /** A file that needs no address any more. */
  drop(fileId: string): void;
  /** Asks for no more. */
  end(): void;
}

interface AskedAhead {
  address: Promise<Secret>;
  atMs: number;
  end(): void;
}

const mostAhead = 16;

/** An address expires after hours, or sooner with the credentials that signed it. */
const freshMs = 60_000;

/** Asks for nothing before the first download has asked, because all files may be there already. */
export function createAddressesAhead(
  source: ObjectSource,
  now: () => number = Date.now,
): AddressesAhead {
  const expected = new Set<string>();
  const asked = new Map<string, AskedAhead>();
  let isBegun = false;
  let isEnded = false;

  function fill(): void {
    if (!isBegun || isEnded) return;
    for (const fileId of expected) {
      if (asked.size >= mostAhead) return;
      expected.delete(fileId);
      // One signal for all would gather more listeners than Node finds likely.
      const ending = new AbortController();
      const address = source.locate(fileId, ending.signal);
      // Its download meets the failure.
      address.catch(() => undefined);
      asked.set(fileId, { address, atMs: now(), end: () => ending.abort() });
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
        isBegun = true;
        drop(fileId);
        fill();
        if (found === undefined || now() - found.atMs > freshMs)
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
