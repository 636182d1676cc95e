/**
 * The disk of one host. Paths are relative to its root, with forward slashes. What has been written is durable, and
 * survives a crash, only once {@link DiskFile.sync} has resolved; a file's name only once
 * {@link Disk.syncDirectory} of its directory has. Until then a crash may keep any part of it. An operation cannot
 * be called off: what has begun may happen. All errors are `diskErrors`.
 */
export interface Disk {
  /**
   * Opens a file for reading and writing.
   *
   * @throws HoldfastError FILE_NOT_FOUND when there is none and `create` is not set.
   */
  open(path: string, options?: OpenOptions): Promise<DiskFile>;
  /** The names in `directory`, sorted. '' is the root. @throws HoldfastError FILE_NOT_FOUND. */
  list(directory: string): Promise<readonly string[]>;
  /** Makes `directory` and those above it; does nothing where they are. */
  makeDirectory(directory: string): Promise<void>;
  /** Gives a file another name, in place of any that has it: at every moment one of the two is there. */
  rename(from: string, to: string): Promise<void>;
  /** Removes a file. @throws HoldfastError FILE_NOT_FOUND. */
  remove(path: string): Promise<void>;
  /** Makes the names in `directory` durable: files created, renamed and removed. @throws HoldfastError DISK_FAILED. */
  syncDirectory(directory: string): Promise<void>;
}

export interface OpenOptions {
  /** Creates the file, empty, when there is none. Default false. */
  readonly create?: boolean;
  /**
   * Whether each write of this file is durable once it resolves, as if a sync followed it: one way to the disk where
   * there would be two. A write that fails may have become durable in part. Default false.
   */
  readonly durableWrites?: boolean;
}

export interface DiskFile {
  /** Bytes in the file. */
  size(): Promise<number>;
  /** Up to `length` bytes from `position`, fewer where the file ends. @throws HoldfastError DISK_FAILED. */
  read(position: number, length: number): Promise<Uint8Array>;
  /**
   * Writes all of `bytes` at `position`; a gap before it reads as zeros. The caller must not change `bytes` until
   * this resolves.
   *
   * @throws HoldfastError DISK_FULL (part of it may be written), DISK_FAILED.
   */
  write(position: number, bytes: Uint8Array): Promise<void>;
  /** Cuts the file off at `size`, or extends it with zeros. */
  truncate(size: number): Promise<void>;
  /**
   * Makes everything written so far durable.
   *
   * @throws HoldfastError DISK_FAILED: what was written since the last sync may be lost for good, and a later sync
   * that succeeds says nothing about it. Never retry: crash, and recover from what the disk really holds.
   */
  sync(): Promise<void>;
  close(): Promise<void>;
}
