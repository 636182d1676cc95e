import type { ImportGraph } from '@holdfast/insight';

const listedMax = 100;

/** A graph of imports in words. */
export function importsText(graph: ImportGraph): string[] {
  const { files, imports, packages, cycles, unused, unresolved } = graph;
  return [
    `${count(files.length, 'file')}, ${count(imports.length, 'import')} between them, ${count(packages.size, 'package')} from outside`,
    '',
    ...section(
      'circle',
      cycles.map(({ way, files }) => {
        const whole = files.length > way.length ? ` (${files.length} files hang together)` : '';
        return `${[...way, way[0]!].join(' -> ')}${whole}`;
      }),
    ),
    ...section('file that nothing leads to', unused, 'files that nothing leads to'),
    ...section(
      'import that leads nowhere',
      unresolved.map(({ from, line, specifier }) => `${from}:${line} ${specifier}`),
      'imports that lead nowhere',
    ),
    'imported most:',
    ...mostImported(graph).map(([path, importers]) => `  ${importers} ${path}`),
  ];
}

function section(one: string, lines: readonly string[], many: string = `${one}s`): string[] {
  if (lines.length === 0) return [`no ${one}`, ''];
  const more = lines.length - listedMax;
  return [
    `${lines.length} ${lines.length === 1 ? one : many}:`,
    ...lines.slice(0, listedMax).map((line) => `  ${line}`),
    ...(more > 0 ? [`  and ${more} more: --format json has all`] : []),
    '',
  ];
}

function mostImported({ imports }: ImportGraph): [path: string, importers: number][] {
  const importers = new Map<string, Set<string>>();
  for (const { from, to } of imports) importers.set(to, (importers.get(to) ?? new Set()).add(from));
  return [...importers]
    .map(([path, from]): [string, number] => [path, from.size])
    .sort(([, one], [, other]) => other - one)
    .slice(0, 10);
}

function count(number: number, what: string): string {
  return `${number.toLocaleString('en')} ${what}${number === 1 ? '' : 's'}`;
}
