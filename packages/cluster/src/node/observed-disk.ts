import {
  type Clock,
  type Disk,
  type DiskFile,
  defineEvent,
  type EventType,
  type OpenOptions,
} from '@holdfast/core';

/** A node's disk has made something durable. */
export interface DiskSyncedEvent {
  readonly node: string;
  readonly path: string;
  readonly micros: number;
}
export const diskSynced: EventType<DiskSyncedEvent> = defineEvent<DiskSyncedEvent>(
  'holdfast.cluster.disk-synced',
);

/** The same disk, which tells how long it takes to make things durable. */
export class ObservedDisk implements Disk {
  readonly #disk: Disk;
  readonly #clock: Clock;
  readonly #node: string;

  constructor(disk: Disk, clock: Clock, node: string) {
    this.#disk = disk;
    this.#clock = clock;
    this.#node = node;
  }

  async open(path: string, options?: OpenOptions): Promise<DiskFile> {
    const file = await this.#disk.open(path, options);
    const timed = (synced: Promise<void>): Promise<void> => this.#timed(path, synced);
    return new ObservedFile(file, options?.durableWrites === true, timed);
  }

  list(directory: string): Promise<readonly string[]> {
    return this.#disk.list(directory);
  }

  makeDirectory(directory: string): Promise<void> {
    return this.#disk.makeDirectory(directory);
  }

  rename(from: string, to: string): Promise<void> {
    return this.#disk.rename(from, to);
  }

  remove(path: string): Promise<void> {
    return this.#disk.remove(path);
  }

  syncDirectory(directory: string): Promise<void> {
    return this.#disk.syncDirectory(directory);
  }

  async #timed(path: string, synced: Promise<void>): Promise<void> {
    const began = this.#clock.now();
    await synced;
    if (!diskSynced.active) return;
    diskSynced.publish({ node: this.#node, path, micros: this.#clock.now() - began });
  }
}

class ObservedFile implements DiskFile {
  readonly #file: DiskFile;
  readonly #durableWrites: boolean;
  readonly #timed: (synced: Promise<void>) => Promise<void>;

  constructor(file: DiskFile, durableWrites: boolean, timed: (synced: Promise<void>) => Promise<void>) {
    this.#file = file;
    this.#durableWrites = durableWrites;
    this.#timed = timed;
  }

  size(): Promise<number> {
    return this.#file.size();
  }

  read(position: number, length: number): Promise<Uint8Array> {
    return this.#file.read(position, length);
  }

  write(position: number, bytes: Uint8Array): Promise<void> {
    const written = this.#file.write(position, bytes);
    return this.#durableWrites ? this.#timed(written) : written;
  }

  sync(): Promise<void> {
    return this.#timed(this.#file.sync());
  }

  truncate(size: number): Promise<void> {
    return this.#file.truncate(size);
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
