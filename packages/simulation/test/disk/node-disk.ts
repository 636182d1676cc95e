import { type FileHandle, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Disk, type DiskFile, diskErrors, type OpenOptions } from '@holdfast/core';

/** The least that makes a real directory a `Disk`: it shows that the contract asks for what real disks do. */
export class NodeDisk implements Disk {
  readonly #root: string;
  readonly #opened: FileHandle[] = [];

  constructor(root: string) {
    this.#root = root;
  }

  /** What the end of a process does to its files. */
  async abandon(): Promise<void> {
    for (const handle of this.#opened) await handle.close();
  }

  async open(path: string, { create = false }: OpenOptions = {}): Promise<DiskFile> {
    const at = join(this.#root, path);
    const handle = await translated(
      path,
      open(at, 'r+').catch((error) => {
        if (!create || codeOf(error) !== 'ENOENT') throw error;
        return open(at, 'wx+');
      }),
    );
    this.#opened.push(handle);
    return new NodeFile(handle);
  }

  async list(directory: string): Promise<readonly string[]> {
    return (await translated(directory, readdir(join(this.#root, directory)))).sort();
  }

  async makeDirectory(directory: string): Promise<void> {
    await mkdir(join(this.#root, directory), { recursive: true });
  }

  rename(from: string, to: string): Promise<void> {
    return translated(from, rename(join(this.#root, from), join(this.#root, to)));
  }

  remove(path: string): Promise<void> {
    return translated(path, rm(join(this.#root, path)));
  }

  async syncDirectory(directory: string): Promise<void> {
    const handle = await translated(directory, open(join(this.#root, directory), 'r'));
    await handle.sync();
    await handle.close();
  }
}

class NodeFile implements DiskFile {
  readonly #handle: FileHandle;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  async size(): Promise<number> {
    return (await this.#handle.stat()).size;
  }

  async read(position: number, length: number): Promise<Uint8Array> {
    const { buffer, bytesRead } = await this.#handle.read(new Uint8Array(length), 0, length, position);
    return buffer.subarray(0, bytesRead);
  }

  async write(position: number, bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await this.#handle.write(bytes, done, bytes.length - done, position + done);
      done += bytesWritten;
    }
  }

  truncate(size: number): Promise<void> {
    return this.#handle.truncate(size);
  }

  sync(): Promise<void> {
    return this.#handle.sync();
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

function translated<Value>(path: string, attempt: Promise<Value>): Promise<Value> {
  return attempt.catch((error: unknown) => {
    const code = codeOf(error) === 'ENOENT' ? 'FILE_NOT_FOUND' : 'DISK_FAILED';
    throw diskErrors.create(code, { message: `${path}: ${String(error)}`, cause: error });
  });
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
