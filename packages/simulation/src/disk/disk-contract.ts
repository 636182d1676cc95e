import { assert, type Disk, type DiskFile, isHoldfastError } from '@holdfast/core';

/** One promise of core's `Disk`. */
export interface DiskCase {
  readonly name: string;
  /**
   * Rejects unless the disk keeps it. `directory` is there, and empty. `crash` ends the process and resolves to the
   * same disk as its successor finds it; what the successor opens is new.
   */
  run(disk: Disk, directory: string, crash: () => Promise<Disk>): Promise<void>;
}

/**
 * What every `Disk` has to keep, as cases for any test runner:
 *
 *     for (const { name, run } of diskContract) test(name, () => run(disk, newDirectory(), crash));
 */
export const diskContract: readonly DiskCase[] = [
  {
    name: 'reads back what was written, wherever it was written',
    async run(disk, directory) {
      const file = await disk.open(`${directory}/file`, { create: true });
      await file.write(0, bytes(1, 2, 3, 4));
      await file.write(4, bytes(5, 6));
      await file.write(1, bytes(9));
      await holds(file, [1, 9, 3, 4, 5, 6]);
      equal(await file.read(1, 2), [9, 3], 'the middle');
      await file.close();
    },
  },
  {
    name: 'reads fewer bytes where the file ends, and none beyond',
    async run(disk, directory) {
      const file = await disk.open(`${directory}/file`, { create: true });
      equal(await file.read(0, 10), [], 'an empty file');
      await file.write(0, bytes(1, 2, 3));
      equal(await file.read(2, 10), [3], 'the end');
      equal(await file.read(3, 10), [], 'what follows the end');
      equal(await file.read(1_000, 10), [], 'what is far beyond it');
      equal(await file.read(1, 0), [], 'nothing');
      await file.close();
    },
  },
  {
    name: 'fills a gap with zeros',
    async run(disk, directory) {
      const file = await disk.open(`${directory}/file`, { create: true });
      await file.write(5_000, bytes(1));
      equal(await file.size(), 5_001, 'the size');
      assert(
        (await file.read(0, 5_000)).every((byte) => byte === 0),
        'a gap reads as zeros',
      );
      await file.close();
    },
  },
  {
    name: 'cuts a file off and extends it with zeros; what was cut off does not come back',
    async run(disk, directory) {
      const file = await disk.open(`${directory}/file`, { create: true });
      await file.write(0, bytes(1, 2, 3, 4));
      await file.truncate(2);
      await holds(file, [1, 2]);
      await file.truncate(5);
      await holds(file, [1, 2, 0, 0, 0]);
      await file.truncate(1);
      await file.write(3, bytes(7));
      await holds(file, [1, 0, 0, 7]);
      await file.truncate(0);
      await holds(file, []);
      await file.close();
    },
  },
  {
    name: 'writes large pieces whole, and many at once',
    async run(disk, directory) {
      const file = await disk.open(`${directory}/file`, { create: true });
      const large = Uint8Array.from({ length: 100_000 }, (_, index) => index % 251);
      await file.write(100, large);
      equal(await file.read(100, large.length), large, 'a large piece');
      await Promise.all(Array.from({ length: 100 }, (_, index) => file.write(index, bytes(100 - index))));
      equal(
        await file.read(0, 100),
        Array.from({ length: 100 }, (_, index) => 100 - index),
        'a hundred small ones',
      );
      await file.close();
    },
  },
  {
    name: 'shares no memory with its callers once it has answered',
    async run(disk, directory) {
      const file = await disk.open(`${directory}/file`, { create: true });
      const written = bytes(1, 2, 3);
      await file.write(0, written);
      written.fill(9);
      const read = await file.read(0, 3);
      read.fill(8);
      await holds(file, [1, 2, 3]);
      await file.sync();
      const successor = await file.read(0, 3);
      equal(successor, [1, 2, 3], 'after the sync');
      await file.close();
    },
  },
  {
    name: 'opens what is there and creates what is not, if asked',
    async run(disk, directory) {
      const path = `${directory}/file`;
      await failsAsNotFound(disk.open(path), 'opening what is not there');
      await failsAsNotFound(disk.open(`${directory}/none/file`, { create: true }), 'a file in no directory');
      const file = await disk.open(path, { create: true });
      await file.write(0, bytes(1));
      const again = await disk.open(path, { create: true });
      await holds(again, [1]);
      await again.write(1, bytes(2));
      await holds(file, [1, 2]);
      await file.close();
      await again.write(2, bytes(3));
      await holds(again, [1, 2, 3]);
      await again.close();
    },
  },
  {
    name: 'lists the names in a directory, sorted',
    async run(disk, directory) {
      equal(await disk.list(directory), [], 'an empty directory');
      for (const name of ['b', 'a', 'B', 'a.b', 'a-b']) await create(disk, `${directory}/${name}`);
      await disk.makeDirectory(`${directory}/c/deep`);
      equal(await disk.list(directory), ['B', 'a', 'a-b', 'a.b', 'b', 'c'], 'files and directories');
      equal(await disk.list(`${directory}/c`), ['deep'], 'a directory in it');
      assert((await disk.list('')).includes(directory.split('/')[0]!), 'the root lists what is in it');
      await failsAsNotFound(disk.list(`${directory}/none`), 'listing what is not there');
    },
  },
  {
    name: 'makes directories, and leaves those alone that are there',
    async run(disk, directory) {
      await disk.makeDirectory(`${directory}/a/b`);
      await create(disk, `${directory}/a/b/file`);
      await disk.makeDirectory(`${directory}/a/b`);
      await disk.makeDirectory(`${directory}/a`);
      equal(await disk.list(`${directory}/a/b`), ['file'], 'what was in it');
    },
  },
  {
    name: 'renames a file, in place of another one',
    async run(disk, directory) {
      const [from, to] = [`${directory}/from`, `${directory}/to`];
      await create(disk, from, 1, 2);
      await create(disk, to, 3);
      const file = await disk.open(from);
      await disk.rename(from, to);
      equal(await disk.list(directory), ['to'], 'the names');
      await file.write(2, bytes(4));
      const renamed = await disk.open(to);
      await holds(renamed, [1, 2, 4]);
      await failsAsNotFound(disk.open(from), 'the old name');
      await failsAsNotFound(disk.rename(from, to), 'renaming what is not there');
      await failsAsNotFound(disk.rename(to, `${directory}/none/file`), 'renaming into no directory');
      await holds(renamed, [1, 2, 4]);
      await file.close();
      await renamed.close();
    },
  },
  {
    name: 'removes a file; those who have it open keep it',
    async run(disk, directory) {
      const path = `${directory}/file`;
      await create(disk, path, 1);
      const file = await disk.open(path);
      await disk.remove(path);
      equal(await disk.list(directory), [], 'the names');
      await holds(file, [1]);
      await file.close();
      await failsAsNotFound(disk.remove(path), 'removing what is not there');
      const anew = await disk.open(path, { create: true });
      await holds(anew, []);
      await anew.close();
    },
  },
  {
    name: 'keeps through a crash what was synced, bytes and names',
    async run(disk, directory, crash) {
      const path = `${directory}/file`;
      const file = await disk.open(path, { create: true });
      await file.write(0, bytes(1, 2, 3, 4));
      await file.truncate(3);
      await file.sync();
      await disk.syncDirectory(directory);
      await failsAsNotFound(disk.syncDirectory(`${directory}/none`), 'syncing what is not there');
      const successor = await crash();
      equal(await successor.list(directory), ['file'], 'the names');
      const found = await successor.open(path);
      await holds(found, [1, 2, 3]);
      await found.close();
    },
  },
  {
    name: 'keeps through a crash what was written durably',
    async run(disk, directory, crash) {
      const path = `${directory}/file`;
      const file = await disk.open(path, { create: true, durableWrites: true });
      await disk.syncDirectory(directory);
      await file.write(0, bytes(1, 2, 3));
      await file.write(1, bytes(4));
      const found = await (await crash()).open(path);
      await holds(found, [1, 4, 3]);
      await found.close();
    },
  },
  {
    name: 'keeps through a crash a file that was written beside the old one and put in its place',
    async run(disk, directory, crash) {
      const path = `${directory}/file`;
      await create(disk, path, 1);
      await disk.syncDirectory(directory);
      const beside = await disk.open(`${path}.new`, { create: true });
      await beside.write(0, bytes(2, 2));
      await beside.sync();
      await beside.close();
      await disk.rename(`${path}.new`, path);
      await disk.syncDirectory(directory);
      const successor = await crash();
      equal(await successor.list(directory), ['file'], 'the names');
      const found = await successor.open(path);
      await holds(found, [2, 2]);
      await found.close();
    },
  },
];

function bytes(...values: number[]): Uint8Array {
  return Uint8Array.from(values);
}

async function create(disk: Disk, path: string, ...values: number[]): Promise<void> {
  const file = await disk.open(path, { create: true });
  if (values.length > 0) await file.write(0, bytes(...values));
  await file.sync();
  await file.close();
}

async function holds(file: DiskFile, values: readonly number[]): Promise<void> {
  equal(await file.size(), values.length, 'the size');
  equal(await file.read(0, values.length + 10), values, 'the bytes');
}

async function failsAsNotFound(attempt: Promise<unknown>, what: string): Promise<void> {
  const outcome = await attempt.then(
    () => 'success',
    (error: unknown) => (isHoldfastError(error) ? error.code : String(error)),
  );
  equal(outcome, 'FILE_NOT_FOUND', what);
}

type Comparable = number | string | ArrayLike<number | string>;

function equal(actual: Comparable, expected: Comparable, what: string): void {
  const [found, wanted] = [actual, expected].map((value) =>
    typeof value === 'object' ? Array.from(value).join() : String(value),
  );
  assert(found === wanted, `${what}: ${found}, but it has to be ${wanted}`);
}
