import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import ts from 'typescript';
import type { CheckResult } from './check-result.ts';
import { findCycles } from './cycles.ts';
import { readWorkspace, type WorkspacePackage } from './workspace.ts';

/** The rooms of the house, `packages/<room>`; each may import only those listed before it. */
const rooms: readonly string[] = [
  'core',
  'simulation',
  'resilience',
  'runtime',
  'storage',
  'transport',
  'concurrency',
  'coordination',
  'raft',
  'consensus',
  'cluster',
  'replication',
  'transactions',
  'services',
  'telemetry',
  'insight',
  'chaos',
  'console',
  'holdfast',
];

/** The rooms that depend on nothing but the platform. */
const selfContainedRooms: readonly string[] = ['core', 'resilience'];

/** The room that only tests, the test kits of other rooms, the command line, examples and proofs may import. */
const testRoom = 'simulation';
const importersOfTestRoom: readonly RegExp[] = [
  /\.test\.ts$/,
  /\/test\//,
  /\/src\/testkit\//,
  /^packages\/holdfast\//,
  /^examples\//,
  /^showcase\/src\/prove\//,
];

interface Import {
  /** From the root, with forward slashes. */
  readonly file: string;
  readonly line: number;
  readonly specifier: string;
  /** It is gone once the types are: `import type`, `export type` or `import('...').Type`. */
  readonly isType: boolean;
}

/**
 * Checks which way the imports of a workspace point: no later room, no cycle, no internals of another package,
 * no adapter in a room, no undeclared package, `simulation` in tests only. An import of a type counts like any
 * other, except between files of one package, where types may refer to each other and only code may not.
 */
export function check(root: string): CheckResult {
  const workspace = readWorkspace(root);
  const packageByName = new Map(workspace.map((each) => [each.manifest.name, each]));
  const files = new Map<string, string[]>();
  const packages = new Map<string, string[]>();
  const problems: string[] = [];
  let importCount = 0;

  for (const importer of workspace) {
    problems.push(...manifestProblems(importer));
    const importedPackages = new Set<string>();
    for (const file of sourceFiles(root, importer.folder)) {
      const importedFiles: string[] = [];
      for (const found of importsOf(root, file)) {
        importCount += 1;
        const report = (problem: string) =>
          problems.push(`${found.file}:${found.line} imports '${found.specifier}': ${problem}`);
        if (found.specifier.startsWith('.')) {
          const imported = posix.join(posix.dirname(file), found.specifier);
          if (!imported.startsWith(`${importer.folder}/`)) {
            report(`it lies outside ${importer.folder}; import a public entry by the package's name`);
          } else if (!found.isType) {
            importedFiles.push(imported);
          }
          continue;
        }
        const imported = packageByName.get(packageNameOf(found.specifier));
        if (imported === undefined || imported === importer) continue;
        importedPackages.add(imported.folder);
        for (const problem of packageImportProblems(importer, imported, found)) report(problem);
      }
      files.set(file, importedFiles);
    }
    packages.set(importer.folder, [...importedPackages]);
  }

  for (const cycle of [...findCycles(files), ...findCycles(packages)]) {
    problems.push(`cycle: ${cycle.join(' -> ')}`);
  }
  return {
    facts: [`${importCount} imports in ${files.size} files of ${workspace.length} packages`],
    problems,
  };
}

function manifestProblems({ folder, manifest }: WorkspacePackage): string[] {
  const room = roomOf(folder);
  if (room === undefined) return [];
  if (!rooms.includes(room)) return [`${folder} is no room of the architecture`];
  if (!selfContainedRooms.includes(room)) return [];
  return Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })
    .filter((name) => !name.startsWith('@holdfast/'))
    .map(
      (name) => `${folder}/package.json depends on '${name}', but this room has no third-party dependency`,
    );
}

function packageImportProblems(
  importer: WorkspacePackage,
  imported: WorkspacePackage,
  { file, specifier }: Import,
): string[] {
  const problems: string[] = [];
  const isTest = /\.test\.ts$|\/test\//.test(file);
  const from = roomOf(importer.folder);
  const to = roomOf(imported.folder);

  if (from !== undefined && to === undefined) {
    problems.push(`a room imports no ${imported.folder.startsWith('adapters/') ? 'adapter' : 'application'}`);
  }
  if (from !== undefined && to !== undefined && rooms.indexOf(to) > rooms.indexOf(from)) {
    problems.push(`the room '${to}' stands after '${from}'`);
  }
  if (from === undefined && importer.folder.startsWith('adapters/') && to === undefined) {
    problems.push('an adapter imports nothing but rooms');
  }
  if (to === testRoom && to !== from && !importersOfTestRoom.some((importer) => importer.test(file))) {
    problems.push(`only tests and test kits import '${testRoom}'`);
  }
  if (!isPublic(specifier, imported)) {
    problems.push(`not a public entry; ${imported.folder}/package.json exports ${entriesOf(imported)}`);
  }
  const { dependencies, peerDependencies, devDependencies } = importer.manifest;
  const declared = { ...dependencies, ...peerDependencies, ...(isTest ? devDependencies : undefined) };
  if (!(imported.manifest.name in declared)) {
    problems.push(`${importer.folder}/package.json does not declare '${imported.manifest.name}'`);
  }
  return problems;
}

function roomOf(folder: string): string | undefined {
  return folder.startsWith('packages/') ? folder.slice('packages/'.length) : undefined;
}

function packageNameOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function isPublic(specifier: string, { manifest }: WorkspacePackage): boolean {
  const subpath = `.${specifier.slice(manifest.name.length)}`;
  return manifest.exports?.[subpath] != null;
}

function entriesOf({ manifest }: WorkspacePackage): string {
  return Object.keys(manifest.exports ?? {}).join(', ') || 'nothing';
}

function sourceFiles(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory())
      return ['dist', 'node_modules'].includes(entry.name) ? [] : sourceFiles(root, path);
    return /\.m?[jt]sx?$/.test(entry.name) ? [path] : [];
  });
}

/** Every import that a file writes out: declarations, re-exports, types of modules, `import()` and `require()`. */
function importsOf(root: string, file: string): Import[] {
  const source = ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.Latest);
  const imports: Import[] = [];
  const add = (specifier: ts.Node | undefined, isType: boolean): void => {
    if (specifier === undefined || !ts.isStringLiteralLike(specifier)) return;
    const { line } = source.getLineAndCharacterOfPosition(specifier.getStart(source));
    imports.push({ file, line: line + 1, specifier: specifier.text, isType });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      add(node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword);
    } else if (ts.isExportDeclaration(node)) {
      add(node.moduleSpecifier, node.isTypeOnly);
    } else if (ts.isImportTypeNode(node)) {
      if (ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true);
    } else if (ts.isCallExpression(node) && isImportOrRequire(node.expression)) {
      add(node.arguments[0], false);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return imports;
}

function isImportOrRequire(callee: ts.Expression): boolean {
  return (
    callee.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(callee) && callee.text === 'require')
  );
}
