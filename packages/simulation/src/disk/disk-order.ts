import type { DiskRequest } from './disk-operation.ts';
import { directoryOf } from './namespace.ts';

/** As many files and directories are remembered while nothing is under way; with more, all are forgotten. */
const rememberedMax = 64;

/** Keeps the operations on one file, and those on the names in one directory, in the order of the calls. */
export class DiskOrder {
  /** By file or directory, when the last operation on it is due. */
  readonly #busyUntil = new Map<string, number>();

  /** When an operation is due that would take until `soonest`, were it not for those before it. */
  add(request: DiskRequest, soonest: number): number {
    const places = placesOf(request);
    let due = soonest;
    for (const place of places) due = Math.max(due, (this.#busyUntil.get(place) ?? -1) + 1);
    for (const place of places) this.#busyUntil.set(place, due);
    return due;
  }

  /** Nothing is under way: what was need not be remembered, though to forget little costs more than it saves. */
  forget(): void {
    if (this.#busyUntil.size > rememberedMax) this.clear();
  }

  clear(): void {
    this.#busyUntil.clear();
  }
}

/** The files and directories that an operation is ordered by. */
function placesOf({ kind, path, to }: DiskRequest): readonly string[] {
  switch (kind) {
    case 'rename':
      return [path, to!, `${directoryOf(path)}/`, `${directoryOf(to!)}/`];
    case 'remove':
      return [path, `${directoryOf(path)}/`];
    case 'list':
    case 'make-directory':
    case 'sync-directory':
      return [`${path}/`];
    default:
      return [path];
  }
}
