import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Namespace } from './namespace.ts';
import { StoredFile } from './stored-file.ts';

const all = () => true;
const none = () => false;

describe('Namespace', () => {
  test('a name is gone after a crash unless its directory was synced', () => {
    const names = new Namespace();
    names.add('a', new StoredFile(512));
    names.settle(names.unsyncedIn(''), all);
    names.add('b', new StoredFile(512));
    names.settle(names.unsynced, none);
    names.crash();
    expect(names.list('')).toEqual(['a']);
  });

  test('a removed name comes back, and a renamed file has one of its names', () => {
    const names = new Namespace();
    const file = new StoredFile(512);
    names.add('a', file);
    names.add('b', new StoredFile(512));
    names.settle(names.unsynced, all);
    names.remove('b');
    names.rename('a', 'c');
    expect(names.list('')).toEqual(['c']);
    names.settle(names.unsynced, none);
    names.crash();
    expect(names.list('')).toEqual(['a', 'b']);
    expect(names.file('a')).toBe(file);
  });

  test('a rename that survives the loss of the name before it leaves the new name', () => {
    const names = new Namespace();
    const file = new StoredFile(512);
    names.add('new', file);
    names.rename('new', 'old');
    names.settle(names.unsynced, ({ removed }) => removed !== undefined);
    names.crash();
    expect(names.list('')).toEqual(['old']);
    expect(names.file('old')).toBe(file);
  });

  test('syncing a directory makes durable what its names build on, and nothing else', () => {
    const names = new Namespace();
    for (const directory of ['a', 'b', 'c']) names.add(directory, 'directory');
    names.settle(names.unsynced, all);
    names.add('a/file', new StoredFile(512));
    names.add('c/file', new StoredFile(512));
    names.rename('a/file', 'b/file');
    names.settle(names.unsyncedIn('b'), all);
    expect(names.unsynced.map(({ added }) => added)).toEqual(['c/file']);
    names.settle(names.unsynced, none);
    names.crash();
    expect([names.list('a'), names.list('b'), names.list('c')]).toEqual([[], ['file'], []]);
  });

  test('removing what took the place of a file does not remove that file', () => {
    const names = new Namespace();
    const [old, other] = [new StoredFile(512), new StoredFile(512)];
    names.add('file', old);
    names.add('other', other);
    names.settle(names.unsynced, all);
    names.rename('other', 'file');
    names.remove('file');
    names.settle(names.unsynced, ({ added }) => added === undefined);
    names.crash();
    expect([names.file('file'), names.file('other')]).toEqual([old, other]);
  });

  test('what is in a directory that is lost is lost', () => {
    const names = new Namespace();
    names.add('a', 'directory');
    names.add('a/b', 'directory');
    names.add('a/b/file', new StoredFile(512));
    names.settle(names.unsyncedIn('a/b'), all);
    names.settle(names.unsyncedIn('a'), all);
    names.settle(names.unsynced, none);
    names.crash();
    expect(names.files().size).toBe(0);
    expect(names.isDirectory('a/b')).toBe(false);
  });

  test('each file is reached by a name that it has had since the last sync, and none is lost by a rename', () => {
    const name = fc.constantFrom('a', 'b', 'c');
    const steps = fc.array(fc.tuple(fc.constantFrom('rename', 'sync'), name, name), { maxLength: 20 });
    fc.assert(
      fc.property(steps, fc.infiniteStream(fc.boolean()), (steps, chance) => {
        const names = new Namespace();
        const file = new StoredFile(512);
        names.add('a', file);
        names.settle(names.unsynced, all);
        let had = ['a'];
        for (const [kind, from, to] of steps) {
          if (kind === 'sync') {
            names.settle(names.unsyncedIn(''), all);
            had = had.slice(-1);
          } else if (names.file(from) !== undefined) {
            names.rename(from, to);
            had.push(to);
          }
        }
        names.settle(names.unsynced, () => chance.next().value);
        names.crash();
        const found = names.list('');
        expect(found.length).toBeGreaterThan(0);
        for (const path of found) {
          expect(had).toContain(path);
          expect(names.file(path)).toBe(file);
        }
      }),
    );
  });
});
