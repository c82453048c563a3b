import type { Secret } from "../base/secret.ts";
import type { ObjectSource } from "./source.ts";

/** The presigned address of one file, shared by its connections and asked for once at a time. */
export interface Address {
  get(): Promise<Secret>;
  /** The store refused it: the next `get` asks for a fresh one, unless another has done so. */
  refused(address: Secret): void;
}

export function createAddress(source: ObjectSource, fileId: string, signal: AbortSignal): Address {
  let asked: Promise<Secret> | undefined;
  let known: Secret | undefined;
  return {
    get() {
      asked ??= source.locate(fileId, signal).then(
        (address) => {
          known = address;
          return address;
        },
        (thrown) => {
          asked = undefined;
          throw thrown;
        },
      );
      return asked;
    },
    refused(address) {
      if (known !== address) return;
      known = undefined;
      asked = undefined;
    },
  };
}
