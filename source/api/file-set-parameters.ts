import type { FileSetFilter } from "./service.ts";

/** A filter as the service's parameters: attributes as one text, and nothing that is undefined. */
export function fileSetParameters(filter: FileSetFilter): Record<string, string> {
  const { attributes, ...plain } = filter;
  const parameters = Object.fromEntries(
    Object.entries(plain).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  if (attributes === undefined || attributes.length === 0) return parameters;
  return {
    ...parameters,
    attributes: attributes.map(({ name, value }) => `${name}:${value}`).join(","),
  };
}
