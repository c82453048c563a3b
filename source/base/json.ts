import * as v from "valibot";

/** Undefined for invalid JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Parses a JSON text; undefined if it is invalid or does not match the schema. */
export function readJson<Schema extends v.GenericSchema>(
  schema: Schema,
  text: string,
): v.InferOutput<Schema> | undefined {
  const read = v.safeParse(schema, parseJson(text));
  return read.success ? read.output : undefined;
}
