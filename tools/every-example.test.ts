// Goal: every example does what it says. Method: each runs to its end as a process of its own, the way a reader
// would start it, and its last line is the one that its first line promises: `// Ends with: <that line>`.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { runTypeScript } from './run-command.ts';

const folder = fileURLToPath(new URL('../examples/', import.meta.url));
const files = readdirSync(folder).filter((name) => name.endsWith('.ts'));

describe.concurrent('examples', () => {
  test.each(files)('%s', async (file) => {
    const [firstLine = ''] = readFileSync(`${folder}${file}`, 'utf8').split('\n');
    const promised = /^\/\/ Ends with: (.+)$/.exec(firstLine)?.[1];
    expect(promised, `The first line of ${file} is to promise the last line it prints`).toBeDefined();

    const { code, output } = await runTypeScript(file, { cwd: folder, timeout: 50_000 });
    expect(output.trimEnd().split('\n').at(-1), output).toBe(promised);
    expect(code, output).toBe(0);
  });
});
