/** JSON with the keys of objects in order: equal for equal values, different for others. */
export function canonicalText(value: unknown): string {
  return typeof value === 'object' && value !== null
    ? JSON.stringify(value, sorted)
    : (JSON.stringify(value) ?? 'undefined');
}

/** Whether two JSON values are the same. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  return canonicalText(a) === canonicalText(b);
}

function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return Object.fromEntries(entries);
}
