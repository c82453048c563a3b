import { AppError } from "../base/errors.ts";
import { Secret } from "../base/secret.ts";
import { isAllowedAddress } from "../domain/address.ts";
import type { StoredFile } from "../domain/entities.ts";
import { sanitize } from "../domain/sanitize.ts";

/**
 * Checks the target of a presigned address and keeps the address byte for byte. Only a local service may use
 * plain http. Throws an AppError of kind service and reason "forbidden-address".
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
    advice: "Files are downloaded over https only. Contact your LSEG representative.",
    reason: "forbidden-address",
  });
}

/** The form of an id that may be requested. */
const idForm = /^[\w-]{1,100}$/;

/** The name and file set that a presigned address carries; the file set is "" if unknown. */
export function fileOfAddress(fileId: string, address: Secret): StoredFile {
  const url = new URL(address.reveal());
  const segment = url.pathname.split("/").at(-1) ?? "";
  const fileSetId = url.searchParams.get("x-fileset-id") ?? "";
  return {
    id: fileId,
    filename: sanitize(decode(segment)),
    filesetId: idForm.test(fileSetId) ? fileSetId : "",
  };
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
