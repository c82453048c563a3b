import manifest from "../../package.json" with { type: "json" };

export const version: string = manifest.version;

/** The lowest supported Node version: "20.3". */
export const leastNode: string = manifest.engines.node.replace(/^>=/, "");

export const userAgent = `lseg-cfs/${version}`;
