/** Init and Full carry everything; Delta and Update what changed since the delivery before. */
export type DeliveryKind = "Init" | "Delta" | "Full" | "Update";

/**
 * What a delivery carries, as its name tells: a part "Init" or "Delta" in any case, or the ".F." and
 * ".I." (incremental) of the point-in-time files. Undefined where the name does not say.
 */
export function deliveryKind(name: string): DeliveryKind | undefined {
  const word = /(?<![a-z])(init|delta)(?![a-z])/i.exec(name)?.[1]?.toLowerCase();
  if (word === "init") return "Init";
  if (word === "delta") return "Delta";
  if (/\.F\.\d{4}-/.test(name)) return "Full";
  if (/\.I\.\d{4}-/.test(name)) return "Update";
  return undefined;
}
