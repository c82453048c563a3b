/** Environment variables by their names, as `process.env` has them. */
export type Variables = Readonly<Record<string, string | undefined>>;
