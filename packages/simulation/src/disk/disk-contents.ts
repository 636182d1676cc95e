import type { HoldfastError } from '@holdfast/core';
import { diskFailed, diskFull, fileNotFound } from './disk-failure.ts';
import { type DiskFaults, spared } from './disk-faults.ts';
import type { LastingDamage } from './lasting-damage.ts';
import { directoryOf, Namespace } from './namespace.ts';
import type { Settling } from './settling.ts';
import { StoredFile } from './stored-file.ts';

type Failure = HoldfastError | undefined;

export interface DiskContentsOptions {
  readonly host: string;
  readonly sectorBytes: number;
  readonly capacityBytes: number;
  readonly faults: DiskFaults;
  readonly damage: LastingDamage;
  readonly settling: Settling;
}

/** What is on a disk, and what chance does to it. Knows no time: an operation takes effect when it is called. */
export class DiskContents {
  full = false;
  readonly names: Namespace = new Namespace();
  readonly #options: DiskContentsOptions;
  #usedBytes = 0;

  constructor(options: DiskContentsOptions) {
    this.#options = options;
  }

  /** The file of that name, created where there is none; undefined where its directory is not there. */
  create(path: string): StoredFile | undefined {
    const known = this.names.file(path);
    if (known !== undefined) return known;
    if (this.names.isDirectory(path) || !this.names.isDirectory(directoryOf(path))) return undefined;
    const file = new StoredFile(this.#options.sectorBytes);
    this.names.add(path, file);
    return file;
  }

  makeDirectory(directory: string): void {
    if (directory === '') return;
    for (let end = directory.indexOf('/'); ; end = directory.indexOf('/', end + 1)) {
      const path = end === -1 ? directory : directory.slice(0, end);
      if (this.names.get(path) === undefined) this.names.add(path, 'directory');
      if (end === -1) return;
    }
  }

  write(file: StoredFile, path: string, position: number, bytes: Uint8Array): Failure {
    const { faults, host, capacityBytes } = this.#options;
    const growth = Math.max(0, position + bytes.length - file.cached.size);
    if (this.full || this.#usedBytes + growth > capacityBytes) return diskFull(host, path);
    const failed = faults.failedWrite();
    if (failed !== spared) {
      if (bytes.length > 0) this.#writeBeginning(file, position, bytes, failed);
      return diskFailed(host, path, 'write');
    }
    if (bytes.length > 0) this.#writeSomewhere(file, path, position, bytes);
    return undefined;
  }

  truncate(file: StoredFile, path: string, size: number): Failure {
    const { host, capacityBytes } = this.#options;
    const growth = size - file.cached.size;
    if (growth > 0 && (this.full || this.#usedBytes + growth > capacityBytes)) return diskFull(host, path);
    file.truncate(size);
    this.#usedBytes += growth;
    return undefined;
  }

  read(file: StoredFile, path: string, position: number, length: number): Uint8Array | HoldfastError {
    if (this.#options.faults.failedRead()) return diskFailed(this.#options.host, path, 'read');
    return file.cached.read(position, length);
  }

  sync(file: StoredFile, path: string): Failure {
    const { faults, host, settling } = this.#options;
    const failed = faults.failedFlush();
    if (failed !== spared) {
      file.failSync(settling.failedFlush(file, path, failed));
      return diskFailed(host, path, 'flush');
    }
    if (faults.lyingFlush()) {
      file.promise();
    } else {
      this.#noteHealed(file);
      file.sync();
    }
    return undefined;
  }

  rename(from: string, to: string): Failure {
    const { names } = this;
    if (names.file(from) === undefined) return fileNotFound(this.#options.host, from);
    if (names.isDirectory(to) || !names.isDirectory(directoryOf(to))) {
      return fileNotFound(this.#options.host, to);
    }
    if (from !== to) this.#usedBytes -= names.file(to)?.cached.size ?? 0;
    names.rename(from, to);
    return undefined;
  }

  remove(path: string): Failure {
    const file = this.names.file(path);
    if (file === undefined) return fileNotFound(this.#options.host, path);
    this.#usedBytes -= file.cached.size;
    this.names.remove(path);
    return undefined;
  }

  syncDirectory(directory: string): Failure {
    const { names } = this;
    const { faults, host, settling } = this.#options;
    if (!names.isDirectory(directory)) return fileNotFound(host, directory);
    const changes = names.unsyncedIn(directory);
    const failed = faults.failedFlush();
    if (failed !== spared) {
      names.settle(changes, (change, index) => settling.nameSurvivesFailedFlush(change, index, failed));
    } else if (faults.lyingFlush()) {
      for (const change of changes) change.promised = true;
    } else {
      names.settle(changes, () => true);
    }
    this.#forgetDamage();
    return failed === spared ? undefined : diskFailed(host, directory, 'flush');
  }

  /** Each change that is not durable survives, is lost or torn. */
  crash(): void {
    const { names } = this;
    const { settling } = this.#options;
    for (const [file, path] of names.files()) file.crash(settling.crash(file, path));
    names.settle(names.unsynced, (change) => settling.nameSurvivesCrash(change));
    names.crash();
    this.#forgetDamage();
    this.#usedBytes = 0;
    for (const file of names.files().keys()) this.#usedBytes += file.cached.size;
  }

  wipe(): void {
    this.names.clear();
    this.#options.damage.wipe();
    this.#usedBytes = 0;
  }

  /** A write that works, or seems to. */
  #writeSomewhere(file: StoredFile, path: string, position: number, bytes: Uint8Array): void {
    if (!this.#options.faults.damageWrites) this.#writeTo(file, position, bytes);
    else if (!this.#misdirect(file, path, position, bytes)) this.#writeAndRot(file, path, position, bytes);
  }

  /** Whether the write went elsewhere. */
  #misdirect(file: StoredFile, path: string, position: number, bytes: Uint8Array): boolean {
    const { faults, damage } = this.#options;
    const { length } = bytes;
    const place = (how: number): number => this.#otherPlace(file, position, length, how);
    const hit = (how: number): number[] => [
      ...sectorsOf(file, position, length),
      ...sectorsOf(file, place(how), length),
    ];
    const how = faults.misdirectedWrite((bits) => place(bits) >= 0 && damage.permits(path, hit(bits)));
    if (how === spared) return false;
    damage.damage(file, path, hit(how));
    this.#writeTo(file, place(how), bytes, undefined, hit(how));
    return true;
  }

  /** Writes where it should, and maybe so that a bit flips once the write is durable. */
  #writeAndRot(file: StoredFile, path: string, position: number, bytes: Uint8Array): void {
    const { faults, damage } = this.#options;
    const bitOf = (how: number): number => position * 8 + (how % (bytes.length * 8));
    const hit = (how: number): number[] => [file.sectorOf(Math.floor(bitOf(how) / 8))];
    const how = faults.bitRot((bits) => damage.permits(path, hit(bits)));
    if (how === spared) {
      this.#writeTo(file, position, bytes);
    } else {
      damage.damage(file, path, hit(how));
      this.#writeTo(file, position, bytes, bitOf(how), hit(how));
    }
  }

  /** Another place within the file where so many bytes fit, at the same offset from a sector; -1 without any. */
  #otherPlace(file: StoredFile, position: number, length: number, how: number): number {
    const { sectorBytes } = this.#options;
    const phase = position % sectorBytes;
    const own = (position - phase) / sectorBytes;
    const places = Math.floor((file.cached.size - length - phase) / sectorBytes) + 1;
    const others = own < places ? places - 1 : places;
    if (others <= 0) return -1;
    const pick = how % others;
    return (own < places && pick >= own ? pick + 1 : pick) * sectorBytes + phase;
  }

  /** What a write that fails has done all the same: some of its sectors, from the first. */
  #writeBeginning(file: StoredFile, position: number, bytes: Uint8Array, how: number): void {
    const { sectorBytes } = this.#options;
    const sectors = sectorsOf(file, position, bytes.length);
    const end = (sectors[0]! + (how % (sectors.length + 1))) * sectorBytes;
    this.#writeTo(file, position, bytes.subarray(0, Math.max(0, end - position)));
  }

  #writeTo(
    file: StoredFile,
    position: number,
    bytes: Uint8Array,
    rot?: number,
    damaged?: readonly number[],
  ): void {
    const before = file.cached.size;
    file.write(position, bytes, rot, damaged);
    this.#usedBytes += file.cached.size - before;
  }

  /** What is about to become durable heals the sectors that it overwrites or cuts off, unless it harms some itself. */
  #noteHealed(file: StoredFile): void {
    const { damage, sectorBytes } = this.#options;
    if (!damage.has(file)) return;
    const harmed = new Set<number>();
    for (const change of file.unsynced) {
      if (change.kind === 'write') for (const sector of change.damaged) harmed.add(sector);
    }
    for (const change of file.unsynced) {
      const from = change.kind === 'write' ? change.position : change.size;
      const to = change.kind === 'write' ? change.position + change.bytes.length : Number.POSITIVE_INFINITY;
      damage.heal(file, Math.ceil(from / sectorBytes), Math.floor(to / sectorBytes), harmed);
    }
  }

  #forgetDamage(): void {
    if (!this.#options.damage.any) return;
    const files = this.names.files();
    this.#options.damage.forget((file) => files.has(file));
  }
}

function sectorsOf(file: StoredFile, position: number, length: number): number[] {
  const first = file.sectorOf(position);
  return Array.from(
    { length: file.sectorOf(position + length - 1) - first + 1 },
    (_, index) => first + index,
  );
}
