import manifest from "../package.json" with { type: "json" };

export const version: string = manifest.version;

/** How the program names itself to servers. */
export const userAgent = `lseg-cfs/${version}`;
