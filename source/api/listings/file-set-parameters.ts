import { toServiceTime } from "../../domain/moment.ts";
import type { FileSetFilter } from "../service.ts";

/**
 * The part of a filter that the service can apply without losing a file set that fits; `isWantedFileSet`
 * applies the whole filter to the answer.
 *
 * The times of content and availability stay here. The service keeps what lies within them, and no Init
 * does, since its content begins in 1970. `modifiedSince` cannot stand in for them: nothing says how
 * long before the end of its content or its availability a file set was last modified. The status stays
 * here too, because the case in which the service expects it is not documented.
 */
export function fileSetParameters(filter: FileSetFilter): Record<string, string> {
  const attributes = (filter.attributes ?? [])
    .filter(({ name, value }) => isPlain(name) && isPlain(value))
    .map(({ name, value }) => `${name}:${value}`);
  return {
    bucket: filter.bucket,
    ...optional("packageId", filter.packageId),
    ...optional("name", filter.name),
    ...optional("attributes", attributes.length === 0 ? undefined : attributes.join(",")),
    ...optional("createdSince", secondBefore(filter.createdSince)),
    ...optional("modifiedSince", secondBefore(filter.modifiedSince)),
  };
}

function optional(name: string, value: string | undefined): Record<string, string> {
  return value === undefined ? {} : { [name]: value };
}

/** The service separates pairs by commas and names from values by colons, and has no way to quote them. */
function isPlain(text: string): boolean {
  return text !== "" && text === text.trim() && !/[,:]/.test(text);
}

/** Whether "since" includes the moment itself is not documented. */
function secondBefore(time: string | undefined): string | undefined {
  return time === undefined ? undefined : toServiceTime(Math.max(0, Date.parse(time) - 1_000));
}
