const mostShown = 5;

/** What is answered where several fit and one is wanted: how many, and the first of them. */
export function candidatesOf(shown: readonly string[]): string {
  const first = shown.slice(0, mostShown).join(", ");
  return `${shown.length} fit: ${first}${shown.length > mostShown ? ", …" : ""}`;
}
