import type { ObjectBody } from "./source.ts";

/** What the service lists, or what an answer of the store confirmed. */
export type Identity = { kind: "listed"; bytes?: number | undefined } | ConfirmedIdentity;

export interface ConfirmedIdentity {
  kind: "confirmed";
  bytes?: number | undefined;
  etag?: string | undefined;
}

/** Why an answer does not match the known object. */
export type Mismatch =
  | { kind: "changed" }
  | { kind: "wrong-size"; bytes: number; listedBytes: number };

/** Compares an answer with the known identity; the first answer confirms it. */
export function identify(
  known: Identity,
  { etag, objectBytes }: Pick<ObjectBody, "etag" | "objectBytes">,
): ConfirmedIdentity | Mismatch {
  const { bytes = objectBytes } = known;
  const isOtherSize = objectBytes !== undefined && objectBytes !== bytes;
  if (known.kind === "confirmed") {
    const isOtherTag = known.etag !== undefined && etag !== known.etag;
    return isOtherTag || isOtherSize ? { kind: "changed" } : known;
  }
  if (isOtherSize && bytes !== undefined) {
    return { kind: "wrong-size", bytes: objectBytes, listedBytes: bytes };
  }
  return { kind: "confirmed", bytes, etag };
}
