/** Names that two or more files export for different things. A name goes from this list when one is renamed. */
export const namesToSeparate: readonly string[] = [];
