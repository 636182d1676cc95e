/** The files of a code base, by their paths from its root on, with `/` between folders. */
export interface SourceTree {
  readonly paths: ReadonlySet<string>;
  /** The text of a file in it. */
  text(path: string): string;
}

const sourceFile = /\.[cm]?[jt]sx?$/;

/** Whether a file is read for what it imports. */
export function isSource(path: string): boolean {
  return sourceFile.test(path);
}

/** The folder of a path; '' at the root. */
export function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}

/** `path` as seen from `folder`; undefined where that leads out of the tree. */
export function joinPath(folder: string, path: string): string | undefined {
  const parts = folder === '' ? [] : folder.split('/');
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.join('/');
}

/** A folder and all above it, the root last. */
export function foldersUp(folder: string): string[] {
  const folders = [folder];
  for (let above = folder; above !== ''; ) {
    above = folderOf(above);
    folders.push(above);
  }
  return folders;
}

/** A JSON file, comments and commas too many allowed; undefined when it is none. */
export function readJson(tree: SourceTree, path: string): Record<string, unknown> | undefined {
  if (!tree.paths.has(path)) return undefined;
  const plain = tree
    .text(path)
    .replace(/("(?:\\.|[^"\\])*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (_, text?: string) => text ?? '')
    .replace(/("(?:\\.|[^"\\])*")|,(?=\s*[}\]])/g, (_, text?: string) => text ?? '');
  try {
    const value: unknown = JSON.parse(plain);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
