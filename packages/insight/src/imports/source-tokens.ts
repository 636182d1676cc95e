/** A word, a mark or a text of JavaScript or TypeScript: as much as finding imports needs. */
export interface SourceToken {
  readonly kind: 'word' | 'mark' | 'text';
  /** Of a text what stands between its quotes. */
  readonly value: string;
  /** From 1 on. */
  readonly line: number;
}

/** After these words a slash begins a regular expression. */
const beforeRegex = new Set(
  'return typeof case in of delete void instanceof new do else yield await throw default'.split(' '),
);
const wordStart = /[\p{ID_Start}$_#@]/u;
const word = /[\p{ID_Continue}$_#@]*/uy;
/** A regular expression up to its end; a slash within a class ends nothing. */
const regex = /\/(?:[^\\/[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[\w]*/y;

/**
 * Reads a source as tokens. It never fails: what it cannot make sense of it takes for marks, and a text that its line does
 * not end, such as an apostrophe between tags of JSX, it lets end there.
 */
export function* sourceTokens(source: string): Iterable<SourceToken> {
  /** How deep braces were when each template that is open was interrupted by `${`. */
  const templates: number[] = [];
  let braces = 0;
  let line = 1;
  let at = 0;
  let before: SourceToken | undefined;
  const token = (kind: SourceToken['kind'], value: string): SourceToken => {
    before = { kind, value, line };
    return before;
  };
  const skipTo = (end: number): void => {
    for (
      let index = source.indexOf('\n', at);
      index >= 0 && index < end;
      index = source.indexOf('\n', index + 1)
    )
      line++;
    at = end;
  };

  while (at < source.length) {
    const char = source[at]!;
    if (char === '\n' || char === ' ' || char === '\t' || char === '\r') {
      skipTo(at + 1);
    } else if (source.startsWith('//', at) || (at === 0 && source.startsWith('#!'))) {
      skipTo(endOr(source, '\n', at, 0));
    } else if (source.startsWith('/*', at)) {
      skipTo(endOr(source, '*/', at + 2, 2));
    } else if (char === "'" || char === '"') {
      const end = endOfText(source, at);
      yield token('text', unescaped(source.slice(at + 1, end)));
      skipTo(end + 1);
    } else if (char === '`' || (char === '}' && templates.at(-1) === braces)) {
      if (char === '}') templates.pop();
      const { end, interrupted } = endOfTemplate(source, at + 1);
      if (char === '`' && !interrupted) yield token('text', source.slice(at + 1, end));
      else before = undefined;
      if (interrupted) templates.push(braces);
      skipTo(end + (interrupted ? 2 : 1));
    } else if (char === '/' && startsRegex(before) && matchAt(regex, source, at) !== undefined) {
      skipTo(at + matchAt(regex, source, at)!.length);
      token('mark', '/');
    } else if (wordStart.test(char)) {
      const value = matchAt(word, source, at)!;
      yield token('word', value);
      at += value.length;
    } else {
      if (char === '{') braces++;
      else if (char === '}') braces--;
      yield token('mark', char);
      at++;
    }
  }
}

function startsRegex(before: SourceToken | undefined): boolean {
  if (before === undefined) return true;
  if (before.kind === 'word') return beforeRegex.has(before.value);
  return before.kind === 'mark' && before.value !== ')' && before.value !== ']' && before.value !== '}';
}

function matchAt(pattern: RegExp, source: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0];
}

function endOr(source: string, mark: string, from: number, more: number): number {
  const found = source.indexOf(mark, from);
  return found < 0 ? source.length : found + more;
}

function endOfText(source: string, start: number): number {
  const quote = source[start];
  let at = start + 1;
  while (at < source.length && source[at] !== quote && source[at] !== '\n') at += source[at] === '\\' ? 2 : 1;
  return at;
}

function endOfTemplate(source: string, start: number): { end: number; interrupted: boolean } {
  let at = start;
  while (at < source.length && source[at] !== '`') {
    if (source.startsWith('${', at)) return { end: at, interrupted: true };
    at += source[at] === '\\' ? 2 : 1;
  }
  return { end: at, interrupted: false };
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/gs, '$1');
}
