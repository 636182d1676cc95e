/** An example of code in a Markdown document. */
export interface DocExample {
  /** The line of the document that holds the example's first line of code, counted from 1. */
  readonly line: number;
  readonly language: 'ts' | 'js';
  readonly code: string;
  /** False where the fence says `no-run`: the example needs something that the check does not have. */
  readonly runs: boolean;
}

/** What a document holds: its examples, and fences that say something nobody understands. */
export interface DocExamples {
  readonly examples: readonly DocExample[];
  readonly problems: readonly { readonly line: number; readonly message: string }[];
}

const languages: Readonly<Record<string, 'ts' | 'js'>> = {
  ts: 'ts',
  mts: 'ts',
  typescript: 'ts',
  js: 'js',
  mjs: 'js',
  javascript: 'js',
};

/**
 * Finds the fenced TypeScript and JavaScript of a Markdown document (CommonMark's rules for fences: backticks or
 * tildes, closed by at least as many, indented code taken back by the fence's own indent). A fence may say
 * `ts no-run`: such an example is type-checked only.
 */
export function extractExamples(markdown: string): DocExamples {
  const examples: DocExample[] = [];
  const problems: { line: number; message: string }[] = [];
  const lines = markdown.split(/\r?\n/);
  for (let index = 0; index < lines.length; index += 1) {
    const opening = /^(?<indent>\s*)(?<fence>`{3,}|~{3,})(?<info>[^`]*)$/.exec(lines[index] ?? '');
    if (opening?.groups === undefined) continue;
    const { indent = '', fence = '', info = '' } = opening.groups;
    const start = index + 1;
    const closing = new RegExp(`^\\s*${fence[0]}{${fence.length},}\\s*$`);
    while (index + 1 < lines.length && !closing.test(lines[index + 1] ?? '')) index += 1;
    const body = lines.slice(start, index + 1);
    index += 1;

    const [word = '', ...marks] = info.trim().split(/\s+/);
    const language = languages[word.toLowerCase()];
    if (language === undefined) continue;
    const unknown = marks.filter((mark) => mark !== 'no-run');
    if (unknown.length > 0) {
      problems.push({ line: start, message: `the fence says '${unknown.join(' ')}'; it may say 'no-run'` });
    }
    const code = body.map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line.trimStart()));
    examples.push({ line: start + 1, language, code: code.join('\n'), runs: !marks.includes('no-run') });
  }
  return { examples, problems };
}
