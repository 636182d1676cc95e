import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { CheckResult } from './check-result.ts';
import { type DocExample, extractExamples } from './doc-examples.ts';
import { runCommand, runTypeScript } from './run-command.ts';
import { readWorkspace } from './workspace.ts';

/** Inside the repository, where examples find the packages by name. */
const folderName = '.docs-examples';

const runTimeoutMillis = 60_000;

/** An example, written to a file of its own in which each line has the number that it has in the document. */
interface ExampleFile extends DocExample {
  readonly document: string;
  readonly file: string;
}

/** Compiles every example of the documentation against the sources, and runs those that do not say `no-run`. */
export async function check(root: string): Promise<CheckResult> {
  const folder = join(root, folderName);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  try {
    const paths = documents(root);
    const found = paths.map((document) => ({
      document,
      ...extractExamples(readFileSync(join(root, document), 'utf8')),
    }));
    const examples = found.flatMap(({ document, examples }) =>
      examples.map((example) => writeExample(folder, document, example)),
    );
    const problems = found.flatMap(({ document, problems }) =>
      problems.map(({ line, message }) => `${document}:${line}: ${message}`),
    );
    const running = examples.filter(({ runs }) => runs);
    if (examples.length > 0) problems.push(...(await compile(root, folder, examples)));
    if (problems.length === 0) problems.push(...(await runAll(folder, running)));
    return {
      facts: [
        `${examples.length} examples in ${paths.length} documents compiled, ${running.length} of them meant to run`,
      ],
      problems,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The documents that readers are sent to: the guides, and the README of the house and of each package. */
function documents(root: string): string[] {
  const readmes = ['.', ...readWorkspace(root).map(({ folder }) => folder)].map((folder) =>
    join(folder, 'README.md'),
  );
  const guides = existsSync(join(root, 'docs')) ? readdirSync(join(root, 'docs'), { recursive: true }) : [];
  const guidePaths = guides.map((path) => join('docs', String(path))).filter((path) => path.endsWith('.md'));
  return [...readmes.filter((path) => existsSync(join(root, path))), ...guidePaths.sort()];
}

function writeExample(folder: string, document: string, example: DocExample): ExampleFile {
  const file = `${document.replaceAll('/', '__')}.${example.line}.${example.language}`;
  writeFileSync(join(folder, file), `${'\n'.repeat(example.line - 1)}${example.code}\n`);
  return { ...example, document, file };
}

async function compile(root: string, folder: string, examples: readonly ExampleFile[]): Promise<string[]> {
  const configuration = {
    extends: '../tsconfig.test.json',
    compilerOptions: { allowJs: true, checkJs: true, noUnusedLocals: false, noUnusedParameters: false },
    include: ['*.ts', '*.js'],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(configuration));
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const { code, output } = await runCommand(process.execPath, [tsc, '-p', '.', '--pretty', 'false'], {
    cwd: folder,
  });
  return code === 0
    ? []
    : output
        .trim()
        .split('\n')
        .map((line) => inDocument(line, examples));
}

async function runAll(folder: string, examples: readonly ExampleFile[]): Promise<string[]> {
  const problems: string[] = [];
  const waiting = [...examples];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { code, output } = await runTypeScript(join(folder, next.file), {
        cwd: folder,
        timeout: runTimeoutMillis,
      });
      if (code === 0) continue;
      const how =
        code === null ? `did not end within ${runTimeoutMillis} ms` : `ended with exit code ${code}`;
      problems.push(
        `${next.document}:${next.line}: ${how}\n${inDocument(output.trim().replaceAll(`${folder}/`, ''), examples)}`,
      );
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return problems;
}

/** Says of a compiler's or a program's complaint where in the documents it belongs. */
function inDocument(complaint: string, examples: readonly ExampleFile[]): string {
  return examples.reduce((text, { file, document }) => text.replaceAll(file, document), complaint);
}
