import type { Secret } from "../base/secret.ts";
import type { ObjectSource } from "./source.ts";

/** The presigned address of one file, shared by its connections; requests for it never overlap. */
export interface Address {
  get(): Promise<Secret>;
  /** Makes the next `get` request a fresh address, unless that has happened already. */
  refused(address: Secret): void;
}

export function createAddress(source: ObjectSource, fileId: string, signal: AbortSignal): Address {
  let pending: Promise<Secret> | undefined;
  let known: Secret | undefined;
  return {
    get() {
      pending ??= source.locate(fileId, signal).then(
        (address) => {
          known = address;
          return address;
        },
        (thrown) => {
          pending = undefined;
          throw thrown;
        },
      );
      return pending;
    },
    refused(address) {
      if (known !== address) return;
      known = undefined;
      pending = undefined;
    },
  };
}
