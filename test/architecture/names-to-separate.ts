/** Names that two or more files export for different things. A name goes from this list when one is renamed. */
export const namesToSeparate: readonly string[] = [
  "Entry",
  "Fetching",
  "Interruption",
  "Line",
  "Listing",
  "Question",
  "Span",
  "canAsk",
  "isEnded",
  "isHeld",
  "listFileSets",
];
