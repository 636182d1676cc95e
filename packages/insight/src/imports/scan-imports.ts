import { type SourceToken, sourceTokens } from './source-tokens.ts';

/** How a module names another. */
export type ImportKind =
  /** `import` and `export ... from`: loaded before the module itself. */
  | 'static'
  /** Only types of it, which are gone when the module runs. */
  | 'type'
  /** `import()`: loaded when it comes to that. */
  | 'dynamic'
  | 'require'
  /** `new URL('...', import.meta.url)`: a worker or a file beside it. */
  | 'url';

export interface ImportStatement {
  readonly specifier: string;
  readonly kind: ImportKind;
  /** From 1 on. */
  readonly line: number;
}

/**
 * What a module of JavaScript or TypeScript imports, ESM or CommonJS, JSX or not. Names that are computed are not found.
 */
export function scanImports(source: string): ImportStatement[] {
  const tokens = [...sourceTokens(source)];
  const found: ImportStatement[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at]!;
    if (token.kind !== 'word' || isMark(tokens[at - 1], '.')) continue;
    const statement = readStatement(tokens, at);
    if (statement !== undefined) found.push({ ...statement, line: token.line });
  }
  return found;
}

function readStatement(
  tokens: readonly SourceToken[],
  at: number,
): Omit<ImportStatement, 'line'> | undefined {
  switch (tokens[at]!.value) {
    case 'import':
      return readImport(tokens, at);
    case 'export':
      return readExport(tokens, at);
    case 'require':
      return readRequire(tokens, at);
    case 'URL':
      return readUrl(tokens, at);
    default:
      return undefined;
  }
}

function readImport(tokens: readonly SourceToken[], at: number): Omit<ImportStatement, 'line'> | undefined {
  const next = tokens[at + 1];
  if (next?.kind === 'text') return { specifier: next.value, kind: 'static' };
  if (isMark(next, '(')) return readCall(tokens, at + 1, 'dynamic');
  if (isMark(next, '.') || next === undefined) return undefined;
  // `import type from 'x'` imports what is named type.
  const type = isWord(next, 'type') && !isWord(tokens[at + 2], 'from') && !isMark(tokens[at + 2], ',');
  const from = readClause(tokens, type ? at + 2 : at + 1);
  return from && { specifier: from.specifier, kind: type || from.typesOnly ? 'type' : 'static' };
}

function readExport(tokens: readonly SourceToken[], at: number): Omit<ImportStatement, 'line'> | undefined {
  const type = isWord(tokens[at + 1], 'type') && (isMark(tokens[at + 2], '{') || isMark(tokens[at + 2], '*'));
  const start = type ? at + 2 : at + 1;
  if (!isMark(tokens[start], '{') && !isMark(tokens[start], '*')) return undefined;
  const from = readClause(tokens, start);
  return from && { specifier: from.specifier, kind: type || from.typesOnly ? 'type' : 'static' };
}

/** `a, * as b, { type c, d as e } from 'x'`. */
function readClause(
  tokens: readonly SourceToken[],
  start: number,
): { specifier: string; typesOnly: boolean } | undefined {
  let names = 0;
  let types = 0;
  let outside = 0;
  let braces = false;
  for (let at = start; at < tokens.length; at++) {
    const token = tokens[at]!;
    if (isMark(token, '{')) braces = true;
    else if (isMark(token, '}')) braces = false;
    else if (!braces && isWord(token, 'from') && tokens[at + 1]?.kind === 'text') {
      return { specifier: tokens[at + 1]!.value, typesOnly: outside === 0 && names > 0 && types === names };
    } else if (token.kind === 'text' || isMark(token, ',') || isMark(token, '*')) {
      if (isMark(token, '*')) outside++;
    } else if (token.kind !== 'word') return undefined;
    else if (!braces) outside++;
    else if (!isWord(token, 'as') && !isWord(tokens[at - 1], 'as') && !isTypeModifier(tokens, at)) {
      names++;
      if (isTypeModifier(tokens, at - 1)) types++;
    }
  }
  return undefined;
}

/** Whether `type` at this place says that the name after it is a type. */
function isTypeModifier(tokens: readonly SourceToken[], at: number): boolean {
  return isWord(tokens[at], 'type') && tokens[at + 1]?.kind === 'word' && !isWord(tokens[at + 1], 'as');
}

function readRequire(tokens: readonly SourceToken[], at: number): Omit<ImportStatement, 'line'> | undefined {
  const resolves = isMark(tokens[at + 1], '.') && isWord(tokens[at + 2], 'resolve');
  return readCall(tokens, resolves ? at + 3 : at + 1, 'require');
}

function readUrl(tokens: readonly SourceToken[], at: number): Omit<ImportStatement, 'line'> | undefined {
  const call = readCall(tokens, at + 1, 'url');
  const based =
    isMark(tokens[at + 3], ',') && isWord(tokens[at + 4], 'import') && isMark(tokens[at + 5], '.');
  return based ? call : undefined;
}

function readCall(
  tokens: readonly SourceToken[],
  at: number,
  kind: ImportKind,
): Omit<ImportStatement, 'line'> | undefined {
  const text = tokens[at + 1];
  return isMark(tokens[at], '(') && text?.kind === 'text' ? { specifier: text.value, kind } : undefined;
}

function isMark(token: SourceToken | undefined, value: string): boolean {
  return token?.kind === 'mark' && token.value === value;
}

function isWord(token: SourceToken | undefined, value: string): boolean {
  return token?.kind === 'word' && token.value === value;
}
