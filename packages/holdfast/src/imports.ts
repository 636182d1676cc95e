import { statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { drawImports, type ImportGraph, importGraph, toDot, toMermaid } from '@holdfast/insight';
import { importsText } from './imports/imports-text.ts';
import { readSourceTree } from './imports/read-source-tree.ts';
import type { Output } from './output.ts';
import { messageOf, UsageError } from './usage-error.ts';

const formats = ['text', 'json', 'dot', 'mermaid'] as const;
type Format = (typeof formats)[number];

const usage = [
  'holdfast imports [folder] [options]: who imports whom, circles, and files that nothing leads to',
  '',
  '  --entry <path>   code also runs from this file, or from all files in this folder; may be given again',
  '  --format <form>  text (default), json, dot or mermaid',
  '  --depth <n>      draw folders so many deep instead of files',
  '  --check          exit with 1 when there is a circle or an import that leads nowhere',
  '  --help           show this',
];

/** `holdfast imports [folder]`: the static graph of imports of a code base. */
export async function run(args: readonly string[], output: Output): Promise<number> {
  const { folder, entries, format, depth, check, help } = readArguments(args);
  if (help) {
    for (const line of usage) output.out(line);
    return 0;
  }
  const graph = importGraph(readSourceTree(folder), { entries });
  for (const line of shown(graph, format, depth)) output.out(line);
  return check && graph.cycles.length + graph.unresolved.length > 0 ? 1 : 0;
}

function shown(graph: ImportGraph, format: Format, depth: number | undefined): readonly string[] {
  switch (format) {
    case 'text':
      return importsText(graph);
    case 'json':
      return [JSON.stringify({ ...graph, packages: Object.fromEntries(graph.packages) }, null, 2)];
    case 'dot':
      return [toDot(drawImports(graph, depth))];
    case 'mermaid':
      return [toMermaid(drawImports(graph, depth))];
  }
}

interface ImportsArguments {
  readonly folder: string;
  readonly entries: readonly string[];
  readonly format: Format;
  readonly depth: number | undefined;
  readonly check: boolean;
  readonly help: boolean;
}

function readArguments(args: readonly string[]): ImportsArguments {
  const { values, positionals } = parsed(args);
  const [folder = '.', ...more] = positionals;
  if (more.length > 0) throw new UsageError(`imports takes one folder, and was given ${positionals.length}`);
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new UsageError(`${folder} is no folder`);
  }
  const format = formats.find((known) => known === values.format);
  if (format === undefined)
    throw new UsageError(`--format takes ${formats.join(', ')}, not ${values.format}`);
  return {
    folder,
    entries: values.entry.map((entry) => entry.replace(/^\.\/|\/+$/g, '')),
    format,
    depth: values.depth === undefined ? undefined : readDepth(values.depth),
    check: values.check,
    help: values.help,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        entry: { type: 'string', multiple: true, default: [] },
        format: { type: 'string', default: 'text' },
        depth: { type: 'string' },
        check: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new UsageError(`imports: ${messageOf(error)}`);
  }
}

function readDepth(text: string): number {
  const depth = Number(text);
  if (Number.isInteger(depth) && depth > 0) return depth;
  throw new UsageError(`--depth takes a whole number from 1 on, not ${text}`);
}
