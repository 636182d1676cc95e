import type { HoldfastError } from '@holdfast/core';

/** Hears of the end of a disk operation: an error of `diskErrors`, or undefined. */
export type DiskDone = (error: HoldfastError | undefined) => void;

/**
 * The disk of a simulated host as callbacks, with the meaning of core's `Disk`. Operations on one file, and those on
 * the names in one directory, take effect in the order of the calls. After a crash no callback is called any more.
 */
export interface CallbackDisk {
  /** Writes; creates the file when there is none. The disk keeps `bytes`: they must not change afterwards. */
  write(path: string, position: number, bytes: Uint8Array, done: DiskDone): void;
  sync(path: string, done: DiskDone): void;
  syncDirectory(directory: string, done: DiskDone): void;
  truncate(path: string, size: number, done: DiskDone): void;
  rename(from: string, to: string, done: DiskDone): void;
  remove(path: string, done: DiskDone): void;
  /** Fewer bytes than `length` where the file ends; none and FILE_NOT_FOUND where there is no file. */
  read(
    path: string,
    position: number,
    length: number,
    done: (error: HoldfastError | undefined, bytes: Uint8Array) => void,
  ): void;
  /** The size of a file as of the operations that have ended; undefined when there is none. Answers at once. */
  sizeOf(path: string): number | undefined;
  /** The names in a directory, sorted, as of the operations that have ended. Answers at once. */
  list(directory: string): readonly string[];
}
