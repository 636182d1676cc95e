const bars = '▁▂▃▄▅▆▇█';

/** `values` from 0 to `most` as a row of bars, the latest to the right; a space where there is no value yet. */
export function sparkline(values: readonly number[], most: number, columns: number): string {
  const shown = values.slice(-columns);
  const drawn = shown.map((value) => {
    const share = most === 0 ? 0 : Math.min(1, value / most);
    return bars[Math.round(share * (bars.length - 1))];
  });
  return ' '.repeat(columns - shown.length) + drawn.join('');
}
