/** A time on the axis, as exactly as the step from one tick to the next asks for: `0`, `250 ms`, `1.25 s`, `12.5 µs`. */
export function tickLabel(milliseconds: number, step: number): string {
  if (Math.abs(milliseconds) < step / 1000) return '0';
  if (step >= 1 && milliseconds >= 1000) return `${decimals(milliseconds / 1000, step / 1000)} s`;
  if (step >= 0.001 && milliseconds >= 1) return `${decimals(milliseconds, step)} ms`;
  return `${decimals(milliseconds * 1000, step * 1000)} µs`;
}

function decimals(value: number, step: number): string {
  return value.toFixed(Math.min(Math.max(-Math.floor(Math.log10(step) + 1e-9), 0), 6));
}
