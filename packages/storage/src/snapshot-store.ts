/** What is known of a snapshot without reading it. */
export interface SnapshotInfo {
  /** Chosen by its writer; letters, digits, `-`, `_` and `.`. */
  readonly id: string;
  /** The writer's own description. */
  readonly description: Uint8Array;
  /** Bytes of data. */
  readonly size: number;
}

/** Snapshots as files of their own: written in pieces, durable and complete from their commit on, verified when read. */
export interface SnapshotStore {
  /** Those committed, the latest commit last. */
  list(): readonly SnapshotInfo[];
  /** Those begun and not committed, from this life or an earlier one. `size` is what is durable of them. */
  unfinished(): readonly SnapshotInfo[];
  /**
   * Begins a snapshot, or goes on with an unfinished one of that id after what is durable of it.
   *
   * @throws HoldfastError SNAPSHOT_EXISTS; JOURNAL_FULL; JOURNAL_FAILED.
   */
  write(id: string, description: Uint8Array): Promise<SnapshotWriter>;
  /** @throws HoldfastError SNAPSHOT_NOT_FOUND; SNAPSHOT_DAMAGED; JOURNAL_FAILED when the disk cannot be read. */
  open(id: string): Promise<SnapshotReader>;
  /** Removes it, finished or not; readers that have it open may read on. Nothing happens when there is none. */
  remove(id: string): Promise<void>;
}

/** Takes one call at a time. One that fails with JOURNAL_FULL or JOURNAL_FAILED ends it; what is durable stays. */
export interface SnapshotWriter {
  readonly id: string;
  /** Bytes taken so far. */
  readonly offset: number;
  /** Appends a piece. It is durable only after {@link sync} or {@link commit}. */
  write(bytes: Uint8Array): Promise<void>;
  sync(): Promise<void>;
  /** Makes it durable and complete: from here on it is listed. */
  commit(): Promise<SnapshotInfo>;
  /** Lets go of the file; it stays unfinished. */
  close(): Promise<void>;
}

export interface SnapshotReader {
  readonly info: SnapshotInfo;
  /**
   * Up to `length` bytes from `offset`, fewer at its end only.
   *
   * @throws HoldfastError SNAPSHOT_DAMAGED when they are not what was written; JOURNAL_FAILED when they cannot be read.
   */
  read(offset: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}
