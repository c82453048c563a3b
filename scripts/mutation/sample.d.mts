export const order: { tests: string[] };
