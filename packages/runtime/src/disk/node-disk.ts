import { constants, fsync, open } from 'node:fs';
import { readdir, rename, unlink } from 'node:fs/promises';
import type { Disk, DiskFile, OpenOptions } from '@holdfast/core';
import { toDiskError } from './disk-error.ts';
import { directoryPath, diskPath } from './disk-path.ts';
import { makeFolders } from './make-folders.ts';
import { NodeFile } from './node-file.ts';

/** Where `O_DSYNC` does for each write what `fdatasync` does. That of macOS stops at the disk's own cache. */
const writesThrough = process.platform === 'linux';

/**
 * The directory `root` of this machine as a disk. Operations go through libuv's threads and block nothing. Files are made
 * for their owner alone (mode 0600, directories 0700).
 */
export function nodeDisk(root: string): Disk {
  return new NodeDisk(root);
}

class NodeDisk implements Disk {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  async open(path: string, { create = false, durableWrites = false }: OpenOptions = {}): Promise<DiskFile> {
    const at = diskPath(this.#root, 'path', path);
    const through = durableWrites && writesThrough;
    const flags = constants.O_RDWR | (create ? constants.O_CREAT : 0) | (through ? constants.O_DSYNC : 0);
    return new Promise((resolve, reject) => {
      open(at, flags, 0o600, (error, descriptor) => {
        if (error) reject(toDiskError(error, 'open', at));
        else resolve(new NodeFile(at, descriptor, durableWrites && !through));
      });
    });
  }

  async list(directory: string): Promise<readonly string[]> {
    const at = directoryPath(this.#root, 'directory', directory);
    const names = await translated(readdir(at), 'list', at);
    return names.sort();
  }

  async makeDirectory(directory: string): Promise<void> {
    const at = directoryPath(this.#root, 'directory', directory);
    await translated(makeFolders(at), 'make', at);
  }

  async rename(from: string, to: string): Promise<void> {
    const [source, target] = [diskPath(this.#root, 'from', from), diskPath(this.#root, 'to', to)];
    await translated(rename(source, target), 'rename', source);
  }

  async remove(path: string): Promise<void> {
    const at = diskPath(this.#root, 'path', path);
    await translated(unlink(at), 'remove', at);
  }

  async syncDirectory(directory: string): Promise<void> {
    const at = directoryPath(this.#root, 'directory', directory);
    const descriptor = await new Promise<number>((resolve, reject) => {
      open(at, constants.O_RDONLY, (error, opened) => {
        if (error) reject(toDiskError(error, 'open', at));
        else resolve(opened);
      });
    });
    const file = new NodeFile(at, descriptor, false);
    try {
      await new Promise<void>((resolve, reject) => {
        fsync(descriptor, (error) => {
          if (error) reject(toDiskError(error, 'sync', at));
          else resolve();
        });
      });
    } finally {
      await file.close();
    }
  }
}

function translated<Value>(attempt: Promise<Value>, operation: string, path: string): Promise<Value> {
  return attempt.catch((error: NodeJS.ErrnoException) => {
    throw toDiskError(error, operation, path);
  });
}
