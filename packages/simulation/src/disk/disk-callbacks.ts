import type { HoldfastError } from '@holdfast/core';
import type { CallbackDisk, DiskDone } from './callback-disk.ts';
import { checkCount } from './check-count.ts';
import type { DiskOutcome, DiskRequest } from './disk-operation.ts';
import type { Namespace } from './namespace.ts';

/** The disk for one process, with callbacks. */
export class DiskCallbacks implements CallbackDisk {
  readonly #submit: (request: DiskRequest, done: DiskOutcome) => void;
  readonly #names: Namespace;

  constructor(submit: (request: DiskRequest, done: DiskOutcome) => void, names: Namespace) {
    this.#submit = submit;
    this.#names = names;
  }

  write(path: string, position: number, bytes: Uint8Array, done: DiskDone): void {
    checkCount('position', position);
    this.#submit({ kind: 'write', path, position, bytes, create: true }, done);
  }

  sync(path: string, done: DiskDone): void {
    this.#submit({ kind: 'sync', path }, done);
  }

  syncDirectory(directory: string, done: DiskDone): void {
    this.#submit({ kind: 'sync-directory', path: directory }, done);
  }

  truncate(path: string, size: number, done: DiskDone): void {
    checkCount('size', size);
    this.#submit({ kind: 'truncate', path, position: size }, done);
  }

  rename(from: string, to: string, done: DiskDone): void {
    this.#submit({ kind: 'rename', path: from, to }, done);
  }

  remove(path: string, done: DiskDone): void {
    this.#submit({ kind: 'remove', path }, done);
  }

  read(
    path: string,
    position: number,
    length: number,
    done: (error: HoldfastError | undefined, bytes: Uint8Array) => void,
  ): void {
    checkCount('position', position);
    checkCount('length', length);
    this.#submit({ kind: 'read', path, position, length }, (error, bytes) =>
      done(error, error === undefined ? (bytes as Uint8Array) : nothing),
    );
  }

  sizeOf(path: string): number | undefined {
    return this.#names.file(path)?.cached.size;
  }

  list(directory: string): readonly string[] {
    return this.#names.isDirectory(directory) ? this.#names.list(directory) : [];
  }
}

const nothing = new Uint8Array(0);
