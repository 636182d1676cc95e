/** Paths of a curve in a box: its line, and the area under it. Holes break both; a lone value is a short stroke. */
export function sparklinePaths(
  values: readonly (number | null)[],
  width: number,
  height: number,
  top?: number,
): { readonly line: string; readonly area: string } {
  const highest = top ?? values.reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
  const step = values.length > 1 ? width / (values.length - 1) : 0;
  const margin = 1;
  const y = (value: number): number =>
    height - margin - (highest === 0 ? 0 : Math.min(1, value / highest) * (height - 2 * margin));
  const line: string[] = [];
  const area: string[] = [];
  let run: string[] = [];
  let runStart = 0;
  const close = (end: number): void => {
    if (run.length === 0) return;
    line.push(run.length === 1 ? `M${run[0]}h1` : `M${run.join('L')}`);
    if (run.length > 1)
      area.push(`M${round(runStart * step)},${height}L${run.join('L')}L${round(end * step)},${height}Z`);
    run = [];
  };
  for (const [index, value] of values.entries()) {
    if (value === null) {
      close(index - 1);
      continue;
    }
    if (run.length === 0) runStart = index;
    run.push(`${round(index * step)},${round(y(value))}`);
  }
  close(values.length - 1);
  return { line: line.join(''), area: area.join('') };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
