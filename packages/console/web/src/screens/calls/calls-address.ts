/** The place that shows the calls of one service by another. */
export function callsAddress(from: string, to: string): string {
  return `/map/${encodeURIComponent(from)}/${encodeURIComponent(to)}`;
}
