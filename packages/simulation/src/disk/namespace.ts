import type { StoredFile } from './stored-file.ts';

/** What a name stands for. */
export type Node = StoredFile | 'directory';

/** A change of names that is not durable yet. It happens whole or not at all: a crash never halves a rename. */
export interface NameChange {
  readonly node: Node;
  /** The name that stops to stand for it. */
  readonly removed: string | undefined;
  /** The name that stands for it from now on, in place of what it stood for. */
  readonly added: string | undefined;
  /** A flush has reported that it is durable, and lied. */
  promised: boolean;
}

/**
 * The names on a disk as programs see them, and as a crash leaves them. Chance is decided elsewhere. The root is
 * ''. A name becomes durable when its directory is synced; until then a crash may keep any of the changes without
 * the others, as journaling file systems have been seen to (Pillai et al., "All File Systems Are Not Created
 * Equal", OSDI 2014).
 */
export class Namespace {
  readonly #cached = new Map<string, Node>();
  readonly #stored = new Map<string, Node>();
  #unsynced: NameChange[] = [];

  get unsynced(): readonly NameChange[] {
    return this.#unsynced;
  }

  get(path: string): Node | undefined {
    return path === '' ? 'directory' : this.#cached.get(path);
  }

  file(path: string): StoredFile | undefined {
    const node = this.#cached.get(path);
    return node === 'directory' ? undefined : node;
  }

  isDirectory(path: string): boolean {
    return this.get(path) === 'directory';
  }

  /** The names in `directory`, without the path, sorted by code unit. */
  list(directory: string): readonly string[] {
    const prefix = directory === '' ? '' : `${directory}/`;
    const names: string[] = [];
    for (const path of this.#cached.keys()) {
      if (directoryOf(path) === directory) names.push(path.slice(prefix.length));
    }
    return names.sort();
  }

  /** Every file that a name stands for or would stand for after a crash, with that name, in a fixed order. */
  files(): ReadonlyMap<StoredFile, string> {
    const files = new Map<StoredFile, string>();
    for (const names of [this.#stored, this.#cached]) {
      for (const [path, node] of names) if (node !== 'directory') files.set(node, path);
    }
    return files;
  }

  add(path: string, node: Node): void {
    this.#change({ node, removed: undefined, added: path, promised: false });
  }

  rename(from: string, to: string): void {
    if (from === to) return;
    this.#change({ node: this.#cached.get(from)!, removed: from, added: to, promised: false });
  }

  remove(path: string): void {
    this.#change({ node: this.#cached.get(path)!, removed: path, added: undefined, promised: false });
  }

  /** The changes that a sync of `directory` makes durable: those in it, and the earlier ones that these build on. */
  unsyncedIn(directory: string): NameChange[] {
    const directories = new Set([directory]);
    const found: NameChange[] = [];
    for (const change of this.#unsynced.toReversed()) {
      const touched = directoriesOf(change);
      if (!touched.some((name) => directories.has(name))) continue;
      for (const name of touched) directories.add(name);
      found.push(change);
    }
    return found.reverse();
  }

  /** `changes` are no longer unsynced: those that `kept` admits have become durable, the others never will. */
  settle(changes: readonly NameChange[], kept: (change: NameChange, index: number) => boolean): void {
    for (const [index, change] of changes.entries()) if (kept(change, index)) apply(this.#stored, change);
    const settled = new Set(changes);
    this.#unsynced = this.#unsynced.filter((change) => !settled.has(change));
  }

  /** The crash: what is durable is all there is. Names in a directory that is not durable are gone with it. */
  crash(): void {
    this.#unsynced = [];
    this.#cached.clear();
    for (const [path, node] of this.#stored) {
      if (this.#reachable(path)) this.#cached.set(path, node);
      else this.#stored.delete(path);
    }
  }

  #reachable(path: string): boolean {
    for (let above = directoryOf(path); above !== ''; above = directoryOf(above)) {
      if (this.#stored.get(above) !== 'directory') return false;
    }
    return true;
  }

  clear(): void {
    this.#cached.clear();
    this.#stored.clear();
    this.#unsynced = [];
  }

  #change(change: NameChange): void {
    apply(this.#cached, change);
    this.#unsynced.push(change);
    if (this.#unsynced.length > unsyncedMax) apply(this.#stored, this.#unsynced.shift()!);
  }
}

/** A journal that is full writes its oldest change back by itself. */
const unsyncedMax = 1_024;

export function directoryOf(path: string): string {
  const end = path.lastIndexOf('/');
  return end === -1 ? '' : path.slice(0, end);
}

function directoriesOf({ removed, added }: NameChange): string[] {
  const paths = [removed, added].filter((path) => path !== undefined);
  return paths.map(directoryOf);
}

function apply(names: Map<string, Node>, { node, removed, added }: NameChange): void {
  if (removed !== undefined && names.get(removed) === node) names.delete(removed);
  if (added !== undefined) names.set(added, node);
}
