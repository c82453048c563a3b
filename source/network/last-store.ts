import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import * as v from "valibot";
import { parseAddress } from "../domain/address.ts";
import { writeAtomicallyNow } from "../files/disk.ts";
import { makeFolderNow } from "../files/make-folder.ts";

const shape = v.object({ service: v.string(), store: v.string() });

/** Where the last objects of a service came from, so that the next call can connect before it has an address. */
export interface LastStore {
  read(): URL | undefined;
  keep(address: URL): void;
}

/** Keeps it in the file at `path`; without that file calls only take longer. */
export function createLastStore(path: string, service: string): LastStore {
  let kept: string | undefined;

  function readKept(): URL | undefined {
    try {
      const found = v.parse(shape, JSON.parse(readFileSync(path, "utf8")));
      if (found.service !== service) return undefined;
      kept = found.store;
      return parseAddress(found.store);
    } catch {
      return undefined;
    }
  }

  return {
    read: readKept,
    keep({ origin, protocol }) {
      if (protocol !== "https:") return;
      if (kept === undefined) readKept();
      if (origin === kept) return;
      kept = origin;
      try {
        makeFolderNow(dirname(path), { mode: 0o700 });
        const temporary = `${path}.${process.pid}`;
        writeAtomicallyNow(path, JSON.stringify({ service, store: origin }), { temporary });
      } catch {
        // The disk refused.
      }
    },
  };
}
