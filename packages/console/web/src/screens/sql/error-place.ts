/** A place in a text, counted from 1. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

/** Where a statement is wrong, as the console says it: `line 2, column 8: ...`. */
export function errorPlace(detail: string | undefined): TextPlace | undefined {
  const found = /\bline (\d+), column (\d+): /.exec(detail ?? '');
  return found === null ? undefined : { line: Number(found[1]), column: Number(found[2]) };
}

/** A place as an offset into its text. */
export function offsetOf(text: string, { line, column }: TextPlace): number {
  const before = text.split('\n').slice(0, line - 1);
  return Math.min(text.length, before.reduce((sum, each) => sum + each.length + 1, 0) + column - 1);
}

/** The word at an offset, or one letter where there is none. */
export function wordAt(text: string, offset: number): readonly [from: number, to: number] {
  const word = /^[\w$]+/.exec(text.slice(offset));
  return [offset, Math.min(text.length, offset + (word?.[0].length ?? 1))];
}
