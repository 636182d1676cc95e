/** Whether the values of a column are numbers, which stand at its end. */
export function isNumeric(type: string): boolean {
  return /^(?:U?(?:TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL\b.*)$/.test(type);
}

/** A value as it is shown: numbers with as many digits as tell something, moments without what they need not say. */
export function cellText(value: unknown, type: string): string {
  if (typeof value === 'number')
    return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
  if (typeof value === 'string') {
    return type.startsWith('TIMESTAMP') ? value.replace(/(\.\d{3})\d*/, '$1').replace(/\+00$/, '') : value;
  }
  return typeof value === 'boolean' ? String(value) : JSON.stringify(value);
}
