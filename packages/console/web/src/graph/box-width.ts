/** What a box has beside its name, and what a letter of it takes, about, in pixels. */
const besideName = 31;
const letterWidth = 7.3;

/** How wide boxes have to be for the longest of their names and a mark beside it, within bounds. */
export function boxWidth(
  names: readonly string[],
  { min, max }: { readonly min: number; readonly max: number },
): number {
  const letters = Math.max(0, ...names.map(({ length }) => length)) + 2;
  return Math.min(max, Math.max(min, Math.ceil(besideName + letters * letterWidth)));
}

/** A name as far as it fits into a box; with room for a mark beside it, where there is one. */
export function fitted(name: string, width: number, marked = false): string {
  const letters = Math.floor((width - besideName) / letterWidth) - (marked ? 2 : 0);
  return shortened(withoutBeginning(name, letters), letters);
}

/** A path that is too long without its first parts, which many have alike: `GET /api/v1/orders/{id}` is `GET …/orders/{id}`. */
function withoutBeginning(name: string, letters: number): string {
  const [, method = '', path] = /^(\S+ )?(\/\S+)$/.exec(name) ?? [];
  if (path === undefined || name.length <= letters) return name;
  const parts = path.split('/').slice(2);
  while (parts.length > 1 && method.length + 2 + parts.join('/').length > letters) parts.shift();
  return parts.length === 0 ? name : `${method}…/${parts.join('/')}`;
}

/** A text of at most so many letters. */
export function shortened(text: string, letters: number): string {
  return text.length > letters ? `${text.slice(0, Math.max(1, letters - 1))}…` : text;
}
