// Goal: a directory of this machine keeps core's contract of a disk. Method: the cases that the simulated disk passes too;
// then what only a real one has: its errors, its modes, and a way out of the directory.
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Disk, type DiskErrorCode, isHoldfastError } from '@holdfast/core';
import { diskContract } from '@holdfast/simulation';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { toDiskError } from './disk-error.ts';
import { nodeDisk } from './node-disk.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'holdfast-disk-'));
});

afterEach(() => rmSync(root, { recursive: true }));

describe('the contract of a disk', () => {
  for (const { name, run } of diskContract) {
    test(name, async () => {
      const disk = nodeDisk(join(root, 'disk'));
      await disk.makeDirectory('data/logs');
      // What the end of a process closes makes no difference to its successor.
      await run(disk, 'data/logs', async () => nodeDisk(join(root, 'disk')));
    });
  }
});

test('no path leads out of the root', async () => {
  const disk = nodeDisk(join(root, 'disk'));
  await disk.makeDirectory('a');
  writeFileSync(join(root, 'secret'), 'x');
  for (const path of ['../secret', 'a/../../secret', '/secret', 'a//b', './a', '', 'a/', 'a\0b']) {
    const attempts: Promise<unknown>[] = [
      disk.open(path),
      disk.open(path, { create: true }),
      disk.remove(path),
      disk.rename(path, 'b'),
      disk.rename('b', path),
    ];
    if (path !== '') {
      attempts.push(disk.list(path), disk.makeDirectory(path), disk.syncDirectory(path));
    }
    for (const attempt of attempts) await expect(attempt).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  }
  expect(existsSync(join(root, 'secret'))).toBe(true);
  expect(await disk.list('')).toEqual(['a']);
});

test('files and directories are their owner’s alone', async () => {
  const disk = nodeDisk(join(root, 'disk'));
  await disk.makeDirectory('a/b');
  await (await disk.open('a/b/file', { create: true })).close();
  for (const [path, mode] of [
    ['a', 0o700],
    ['a/b', 0o700],
    ['a/b/file', 0o600],
  ] as const) {
    expect(statSync(join(root, 'disk', path)).mode & 0o777).toBe(mode);
  }
});

test('a closed file is refused, and closing it again does nothing', async () => {
  const disk = nodeDisk(root);
  const file = await disk.open('file', { create: true });
  await file.close();
  await file.close();
  const attempts = [
    file.read(0, 1),
    file.write(0, new Uint8Array(1)),
    file.sync(),
    file.truncate(0),
    file.size(),
  ];
  for (const attempt of attempts) await expect(attempt).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
});

test('what the system refuses is said with path, operation and cause', async () => {
  const disk: Disk = nodeDisk(root);
  mkdirSync(join(root, 'directory'));
  const failed = await disk.open('directory').catch((error: unknown) => error);
  expect(isHoldfastError(failed) && failed.code).toBe('DISK_FAILED');
  expect(String(failed)).toContain(`open ${join(root, 'directory')}: EISDIR`);
  symlinkSync('nowhere', join(root, 'dangling'));
  await expect(disk.open('dangling')).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
});

test.each([
  ['ENOSPC', 'write', 'DISK_FULL'],
  ['EDQUOT', 'write', 'DISK_FULL'],
  ['ENOSPC', 'sync', 'DISK_FAILED'],
  ['EIO', 'read', 'DISK_FAILED'],
  ['EROFS', 'write', 'DISK_FAILED'],
  ['ENOENT', 'open', 'FILE_NOT_FOUND'],
  ['ENOTDIR', 'open', 'FILE_NOT_FOUND'],
] as const)('%s of a %s is %s', (errno, operation, code: DiskErrorCode) => {
  const error = Object.assign(new Error(errno), { code: errno });
  expect(toDiskError(error, operation, 'file')).toMatchObject({ code, cause: error });
});
