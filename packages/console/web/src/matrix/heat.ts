/**
 * How much each value stands out among all, from 0 to 1: by its order of magnitude, for the slowest call takes a thousand times as
 * long as the quickest. Values that differ little stand out little.
 */
export function heatOf(values: readonly number[]): (value: number) => number {
  const known = values.filter((value) => value > 0);
  const least = Math.log10(Math.min(...known));
  const most = Math.log10(Math.max(...known));
  const span = Math.max(most - least, 1);
  return (value) => (value <= 0 ? 0 : Math.max(0, 1 + (Math.log10(value) - most) / span));
}
