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
  return shortened(name, Math.floor((width - besideName) / letterWidth) - (marked ? 2 : 0));
}

/** A text of at most so many letters. */
export function shortened(text: string, letters: number): string {
  return text.length > letters ? `${text.slice(0, Math.max(1, letters - 1))}…` : text;
}
