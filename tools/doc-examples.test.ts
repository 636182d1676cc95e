import { describe, expect, test } from 'vitest';
import { extractExamples } from './doc-examples.ts';

describe('extractExamples', () => {
  test('finds TypeScript and JavaScript with the line where their code starts', () => {
    const { examples } = extractExamples(
      '# Title\n\n```ts\nconst a = 1;\na;\n```\ntext\n~~~javascript\nb\n~~~\n',
    );
    expect(examples).toEqual([
      { line: 4, language: 'ts', code: 'const a = 1;\na;', runs: true },
      { line: 9, language: 'js', code: 'b', runs: true },
    ]);
  });

  test('leaves other languages and fences without one alone', () => {
    expect(extractExamples('```sh\nnpm ci\n```\n```\nplain\n```\n```json\n{}\n```').examples).toEqual([]);
  });

  test('does not run what says no-run', () => {
    expect(extractExamples('```ts no-run\nx\n```').examples).toMatchObject([{ runs: false }]);
  });

  test('reports a mark that nobody understands, so that a slip of the pen does not go unseen', () => {
    expect(extractExamples('\n```ts norun\nx\n```').problems).toEqual([
      { line: 2, message: "the fence says 'norun'; it may say 'no-run'" },
    ]);
  });

  test('keeps a shorter fence inside a longer one as content', () => {
    const { examples } = extractExamples('````md\n```ts\ninner\n```\n````\n```ts\nouter\n```');
    expect(examples.map(({ code }) => code)).toEqual(['outer']);
  });

  test('takes the indent of a fence in a list back from its code', () => {
    const { examples } = extractExamples('- item\n  ```ts\n  if (a) {\n    b();\n  }\n  ```');
    expect(examples[0]?.code).toBe('if (a) {\n  b();\n}');
  });

  test('takes a fence that nobody closed up to the end of the document', () => {
    expect(extractExamples('```ts\na\nb').examples[0]?.code).toBe('a\nb');
  });

  test('finds an example without code', () => {
    expect(extractExamples('```ts\n```\n```ts\na\n```').examples.map(({ code }) => code)).toEqual(['', 'a']);
  });
});
