import { type Disk, type DiskFile, diskErrors, type OpenOptions } from '@holdfast/core';

/** A disk in memory that does everything at once and never fails. Its files can be looked at and changed. */
export class MemoryDisk implements Disk {
  readonly files: Map<string, Uint8Array>;

  constructor(files: ReadonlyMap<string, Uint8Array> = new Map()) {
    this.files = new Map(files);
  }

  async open(path: string, { create = false }: OpenOptions = {}): Promise<DiskFile> {
    if (!this.files.has(path)) {
      if (!create) throw notFound(path);
      this.files.set(path, new Uint8Array(0));
    }
    let name = path;
    const bytes = (): Uint8Array => this.files.get(name) ?? new Uint8Array(0);
    const resize = (size: number): Uint8Array => {
      const resized = new Uint8Array(size);
      resized.set(bytes().subarray(0, size));
      this.files.set(name, resized);
      return resized;
    };
    this.#renamed.push((from, to) => {
      if (name === from) name = to;
    });
    return {
      size: async () => bytes().length,
      read: async (position, length) => bytes().slice(position, position + length),
      write: async (position, written) => {
        const end = position + written.length;
        // A copy: others hold the former bytes.
        resize(Math.max(end, bytes().length)).set(written, position);
      },
      truncate: async (size) => void resize(size),
      sync: async () => {},
      close: async () => {},
    };
  }

  readonly #renamed: ((from: string, to: string) => void)[] = [];

  async list(directory: string): Promise<readonly string[]> {
    const prefix = `${directory}/`;
    const names = [...this.files.keys()].filter((path) => path.startsWith(prefix));
    return names.map((path) => path.slice(prefix.length)).sort();
  }

  async makeDirectory(): Promise<void> {}

  async rename(from: string, to: string): Promise<void> {
    this.files.set(to, this.files.get(from)!);
    this.files.delete(from);
    for (const renamed of this.#renamed) renamed(from, to);
  }

  async remove(path: string): Promise<void> {
    if (!this.files.delete(path)) throw notFound(path);
  }

  async syncDirectory(): Promise<void> {}
}

function notFound(path: string): Error {
  return diskErrors.create('FILE_NOT_FOUND', { message: `there is no '${path}'` });
}
