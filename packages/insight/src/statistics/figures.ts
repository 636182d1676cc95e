/** `12 %`, with as many digits as tell something. */
export function percent(share: number): string {
  const value = share * 100;
  const digits = value > 0 && value < 10 ? 1 : 0;
  return `${value.toFixed(digits)}%`;
}

/** `350 ms`, `1.2 s`, `40 µs`. */
export function milliseconds(value: number): string {
  if (value >= 10_000) return `${(value / 1_000).toFixed(0)} s`;
  if (value >= 1_000) return `${(value / 1_000).toFixed(1)} s`;
  if (value >= 10) return `${value.toFixed(0)} ms`;
  if (value >= 1) return `${value.toFixed(1)} ms`;
  return `${(value * 1_000).toFixed(0)} µs`;
}
