/** Cells below which a sentence is shown in place of a screen. */
export const smallestScreen = { columns: 40, rows: 10 } as const;
