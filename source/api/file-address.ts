import { isAllowedAddress } from "../domain/address.ts";
import type { StoredFile } from "../domain/entities.ts";
import { sanitize } from "../domain/sanitize.ts";
import { AppError } from "../errors.ts";
import { Secret } from "../secret.ts";

/**
 * A presigned address is used byte for byte; only where it leads is looked at. A service elsewhere may
 * not lead to plain http on this machine. Throws an AppError of kind service and code "address".
 */
export function allowedAddress(purpose: string, location: string, host: string): Secret {
  const url = URL.canParse(location) ? new URL(location) : undefined;
  const isPlain = url?.protocol === "http:" && !host.startsWith("http:");
  const hasAccount = url?.username !== "" || url.password !== "";
  if (url !== undefined && isAllowedAddress(url) && !isPlain && !hasAccount)
    return new Secret(location);
  throw new AppError({
    kind: "service",
    tried: purpose,
    answered: "the service gave an address that is not allowed",
    advice: "Files are fetched over https only: tell your LSEG representative.",
    code: "address",
  });
}

/** What a presigned address says of its file: the name, and the file set in a parameter. */
export function fileOfAddress(fileId: string, address: Secret): StoredFile {
  const url = new URL(address.reveal());
  const segment = url.pathname.split("/").at(-1) ?? "";
  return {
    id: fileId,
    filename: sanitize(decode(segment)),
    filesetId: sanitize(url.searchParams.get("x-fileset-id") ?? ""),
  };
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
