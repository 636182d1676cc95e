/**
 * The parameters of a path that fits a pattern, such as `/services/:service`; undefined where it does not fit. A part of a path
 * may hold anything, encoded.
 */
export function matchPath(pattern: string, path: string): Readonly<Record<string, string>> | undefined {
  const wanted = pattern.split('/');
  const given = path.replace(/(.)\/$/, '$1').split('/');
  if (wanted.length !== given.length) return undefined;
  const found: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index]!;
    if (part.startsWith(':')) {
      const decoded = decode(value);
      if (decoded === undefined || decoded === '') return undefined;
      found[part.slice(1)] = decoded;
    } else if (part !== value) {
      return undefined;
    }
  }
  return found;
}

function decode(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    // A lone `%` in a path that somebody typed.
    return undefined;
  }
}
