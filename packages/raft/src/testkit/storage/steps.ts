import { diskErrors, type HoldfastError } from '@holdfast/core';
import type { CallbackDisk, DiskDone } from '@holdfast/simulation';

/** One disk operation of several that follow each other. */
export type Step = (disk: CallbackDisk, done: DiskDone) => void;

/** Does `steps` one after the other. `done` hears of the first error, and nothing is done after it. */
export function inOrder(disk: CallbackDisk, steps: readonly Step[], done: DiskDone): void {
  const next = (index: number): void => {
    const step = steps[index];
    if (step === undefined) done(undefined);
    else step(disk, (error) => (error === undefined ? next(index + 1) : done(error)));
  };
  next(0);
}

export function write(path: string, position: number, bytes: Uint8Array): Step {
  return (disk, done) => disk.write(path, position, bytes, done);
}

export function rename(from: string, to: string): Step {
  return (disk, done) => disk.rename(from, to, done);
}

/** A flush that fails is never tried again: what it was to flush may be lost, and the next one would not say so. */
export function sync(path: string): Step {
  return (disk, done) => disk.sync(path, (error) => done(error && flushFailed(path, error)));
}

export function syncNames(): Step {
  return (disk, done) => disk.syncDirectory('', (error) => done(error && flushFailed('names', error)));
}

function flushFailed(what: string, cause: HoldfastError): HoldfastError {
  return diskErrors.create('DISK_FAILED', {
    message: `flushing ${what} failed: stop, and recover from what the disk really holds`,
    cause,
  });
}
