import { type Disk, type DiskFile, invalidArgument, type OpenOptions } from '@holdfast/core';
import { checkCount } from './check-count.ts';
import type { DiskOutcome, DiskRequest } from './disk-operation.ts';
import type { StoredFile } from './stored-file.ts';

type Submit = (request: DiskRequest, done: DiskOutcome) => void;

/** The disk for one process, with promises. They stay pending for ever once the process has crashed. */
export class DiskPromises implements Disk {
  readonly #submit: Submit;

  constructor(submit: Submit) {
    this.#submit = submit;
  }

  async open(path: string, { create = false, durableWrites = false }: OpenOptions = {}): Promise<DiskFile> {
    const file = await promised<StoredFile>(this.#submit, { kind: 'open', path, create });
    return new OpenFile(this.#submit, path, file, durableWrites);
  }

  list(directory: string): Promise<readonly string[]> {
    return promised(this.#submit, { kind: 'list', path: directory });
  }

  makeDirectory(directory: string): Promise<void> {
    return promised(this.#submit, { kind: 'make-directory', path: directory });
  }

  rename(from: string, to: string): Promise<void> {
    return promised(this.#submit, { kind: 'rename', path: from, to });
  }

  remove(path: string): Promise<void> {
    return promised(this.#submit, { kind: 'remove', path });
  }

  syncDirectory(directory: string): Promise<void> {
    return promised(this.#submit, { kind: 'sync-directory', path: directory });
  }
}

class OpenFile implements DiskFile {
  readonly #submit: Submit;
  readonly #path: string;
  readonly #file: StoredFile;
  readonly #durableWrites: boolean;
  #open = true;

  constructor(submit: Submit, path: string, file: StoredFile, durableWrites: boolean) {
    this.#submit = submit;
    this.#path = path;
    this.#file = file;
    this.#durableWrites = durableWrites;
  }

  size(): Promise<number> {
    return this.#ask({ kind: 'size', path: this.#path, file: this.#file });
  }

  async read(position: number, length: number): Promise<Uint8Array> {
    checkCount('position', position);
    checkCount('length', length);
    return this.#ask({ kind: 'read', path: this.#path, file: this.#file, position, length });
  }

  async write(position: number, bytes: Uint8Array): Promise<void> {
    checkCount('position', position);
    // The caller has its bytes back once this resolves; the disk needs them until they are durable.
    await this.#ask({ kind: 'write', path: this.#path, file: this.#file, position, bytes: bytes.slice() });
    // Between the two a crash may keep any part of it, as it may while a real disk writes.
    if (this.#durableWrites) await this.sync();
  }

  async truncate(size: number): Promise<void> {
    checkCount('size', size);
    return this.#ask({ kind: 'truncate', path: this.#path, file: this.#file, position: size });
  }

  sync(): Promise<void> {
    return this.#ask({ kind: 'sync', path: this.#path, file: this.#file });
  }

  async close(): Promise<void> {
    this.#open = false;
  }

  async #ask<Result>(request: DiskRequest): Promise<Result> {
    if (!this.#open) throw invalidArgument('file', this.#path, 'a file that is still open');
    return promised(this.#submit, request);
  }
}

function promised<Result>(submit: Submit, request: DiskRequest): Promise<Result> {
  return new Promise((resolve, reject) => {
    submit(request, (error, result) => (error === undefined ? resolve(result as Result) : reject(error)));
  });
}
