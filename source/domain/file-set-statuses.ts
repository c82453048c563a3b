/** PENDING while the publisher adds files, READY once the file set is complete. */
export const fileSetStatuses = ["READY", "PENDING"] as const;
