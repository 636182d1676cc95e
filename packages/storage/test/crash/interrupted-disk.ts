import type { Disk, DiskFile, OpenOptions } from '@holdfast/core';

/** The operations that change a disk. */
export type DiskChange =
  | 'write'
  | 'sync'
  | 'truncate'
  | 'create'
  | 'rename'
  | 'remove'
  | 'directory'
  | 'names';

/**
 * A disk that counts what changes it, and tells of each change before it begins and when it has ended. A durable write is
 * two changes, as a process may end while it is half done.
 */
export class InterruptedDisk implements Disk {
  readonly #disk: Disk;
  readonly #onChange: (change: DiskChange, begin: () => Promise<void>) => Promise<void>;

  /** @param onChange - has to call `begin`, which begins the change. */
  constructor(disk: Disk, onChange: (change: DiskChange, begin: () => Promise<void>) => Promise<void>) {
    this.#disk = disk;
    this.#onChange = onChange;
  }

  async open(path: string, { create = false, durableWrites = false }: OpenOptions = {}): Promise<DiskFile> {
    let file: DiskFile | undefined;
    const begin = async (): Promise<void> => {
      file = await this.#disk.open(path, { create });
    };
    if (create) await this.#onChange('create', begin);
    else await begin();
    return this.#interrupted(file!, durableWrites);
  }

  list(directory: string): Promise<readonly string[]> {
    return this.#disk.list(directory);
  }

  makeDirectory(directory: string): Promise<void> {
    return this.#onChange('directory', () => this.#disk.makeDirectory(directory));
  }

  rename(from: string, to: string): Promise<void> {
    return this.#onChange('rename', () => this.#disk.rename(from, to));
  }

  remove(path: string): Promise<void> {
    return this.#onChange('remove', () => this.#disk.remove(path));
  }

  syncDirectory(directory: string): Promise<void> {
    return this.#onChange('names', () => this.#disk.syncDirectory(directory));
  }

  #interrupted(file: DiskFile, durableWrites: boolean): DiskFile {
    const sync = (): Promise<void> => this.#onChange('sync', () => file.sync());
    return {
      size: () => file.size(),
      read: (position, length) => file.read(position, length),
      write: async (position, bytes) => {
        await this.#onChange('write', () => file.write(position, bytes));
        if (durableWrites) await sync();
      },
      truncate: (size) => this.#onChange('truncate', () => file.truncate(size)),
      sync,
      close: () => file.close(),
    };
  }
}
