/** Whether two lists have the same texts, in whatever order. */
export function sameTexts(some: readonly string[], others: readonly string[]): boolean {
  const sorted = [...others].sort();
  return some.length === others.length && [...some].sort().every((text, place) => text === sorted[place]);
}
