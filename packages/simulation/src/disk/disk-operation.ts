import { type HoldfastError, Timer } from '@holdfast/core';
import type { Process } from '../host/process.ts';
import type { StoredFile } from './stored-file.ts';

export type DiskOperationKind =
  | 'open'
  | 'size'
  | 'read'
  | 'write'
  | 'truncate'
  | 'sync'
  | 'rename'
  | 'remove'
  | 'list'
  | 'make-directory'
  | 'sync-directory';

/** What an operation of each kind takes, besides a path; what it does not name is not used. */
export interface DiskRequest {
  readonly kind: DiskOperationKind;
  readonly path: string;
  /** The file, where it is open; else it is looked up by its path when the operation takes effect. */
  readonly file?: StoredFile | undefined;
  /** Where to read or write, or the size to cut off at. */
  readonly position?: number;
  readonly length?: number;
  readonly bytes?: Uint8Array;
  /** The new name. */
  readonly to?: string;
  /** Whether to create what is not there. */
  readonly create?: boolean;
}

/** How an operation ends: with an error or with its result, which depends on its kind. */
export type DiskOutcome = (error: HoldfastError | undefined, result: unknown) => void;

/** One operation under way. It takes effect, and its process hears of it, when it fires. */
export class DiskOperation extends Timer {
  readonly process: Process;
  readonly request: DiskRequest;
  readonly done: DiskOutcome;
  readonly #perform: (operation: DiskOperation) => void;

  constructor(
    process: Process,
    request: DiskRequest,
    done: DiskOutcome,
    perform: (operation: DiskOperation) => void,
  ) {
    super();
    this.process = process;
    this.request = request;
    this.done = done;
    this.#perform = perform;
  }

  fire(): void {
    if (this.process.admits(this)) this.#perform(this);
  }
}
