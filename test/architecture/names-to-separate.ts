/** Names that two or more files export for different things. A name goes from this list when one is renamed. */
export const namesToSeparate: readonly string[] = [
  "Choice",
  "Entry",
  "Level",
  "Line",
  "Listing",
  "Span",
  "State",
  "Surroundings",
  "follow",
  "isEnded",
  "isHeld",
  "lookAhead",
];
