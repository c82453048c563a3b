/** A bar of `cells` cells in plain ASCII: "[####------]"; empty while the share is not known. */
export function progressBar(share: number | undefined, cells: number): string {
  const inside = Math.max(0, cells - 2);
  if (share === undefined) return `[${" ".repeat(inside)}]`;
  const full = share >= 1 ? inside : Math.min(inside - 1, Math.floor(share * inside));
  const filled = Math.max(0, full);
  return `[${"#".repeat(filled)}${"-".repeat(inside - filled)}]`;
}
