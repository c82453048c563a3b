import { version } from "../package.json" with { type: "json" };

export { version };

/** How the program names itself to servers. */
export const userAgent = `lseg-cfs/${version}`;
