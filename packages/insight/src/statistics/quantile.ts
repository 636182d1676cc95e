/** The level that `share` of all values do not exceed, between its neighbours; NaN of none. */
export function quantileOf(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const [low, high] = [sorted[below], sorted[Math.ceil(place)]];
  if (low === undefined || high === undefined) return Number.NaN;
  return low + (high - low) * (place - below);
}

export function medianOf(values: readonly number[]): number {
  return quantileOf(values, 0.5);
}
