// Prints the coverage of each package, from the summary that the last run with coverage wrote.
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { readWorkspace, repositoryRoot } from './workspace.ts';

const kinds = ['lines', 'branches', 'functions'] as const;

type FileCoverage = Readonly<
  Record<(typeof kinds)[number], { readonly total: number; readonly covered: number }>
>;

const summary: Record<string, FileCoverage> = JSON.parse(
  readFileSync(join(repositoryRoot, 'coverage/coverage-summary.json'), 'utf8'),
);
const table = readWorkspace(repositoryRoot).flatMap(({ folder, manifest }) => {
  const files = Object.entries(summary)
    .filter(([path]) => relative(repositoryRoot, path).startsWith(`${folder}/`))
    .map(([, coverage]) => coverage);
  if (files.length === 0) return [];
  return [
    {
      package: manifest.name,
      files: files.length,
      ...Object.fromEntries(kinds.map((kind) => [kind, share(files, kind)])),
    },
  ];
});
console.table(table);

function share(files: readonly FileCoverage[], kind: (typeof kinds)[number]): string {
  const total = files.reduce((sum, file) => sum + file[kind].total, 0);
  const covered = files.reduce((sum, file) => sum + file[kind].covered, 0);
  return total === 0 ? '-' : `${((100 * covered) / total).toFixed(1)} %`;
}
