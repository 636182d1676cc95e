import { type HoldfastError, isHoldfastError } from '@holdfast/core';
import { storageErrors } from './errors.ts';

export function journalClosed(): HoldfastError<'JOURNAL_CLOSED'> {
  return storageErrors.create('JOURNAL_CLOSED', { message: 'the journal is closed: open it anew' });
}

export function journalFenced(epoch: number): HoldfastError<'JOURNAL_FENCED'> {
  return storageErrors.create('JOURNAL_FENCED', {
    message: `the journal was opened anew since epoch ${epoch}: this writer's time is over`,
    context: { epoch },
  });
}

export function journalFailed(what: string, cause?: unknown): HoldfastError<'JOURNAL_FAILED'> {
  return storageErrors.create('JOURNAL_FAILED', {
    message: `${what} failed: open the journal anew to see what the disk really holds`,
    cause,
  });
}

export function journalFull(cause: unknown): HoldfastError<'JOURNAL_FULL'> {
  return storageErrors.create('JOURNAL_FULL', {
    message: 'the disk of the journal is full: it takes records again once there is room',
    cause,
  });
}

export function journalMoved(expected: number, next: number): HoldfastError<'JOURNAL_MOVED'> {
  return storageErrors.create('JOURNAL_MOVED', {
    message: `the next position is ${next}, not ${expected} as expected`,
    context: { expected, next },
  });
}

export function journalBusy(pendingBytes: number, pendingBytesMax: number): HoldfastError<'JOURNAL_BUSY'> {
  return storageErrors.create('JOURNAL_BUSY', {
    message: `${pendingBytes} bytes wait to be written, and no more than ${pendingBytesMax} may: append slower`,
    context: { pendingBytes, pendingBytesMax },
  });
}

export function journalCompacted(position: number, first: number): HoldfastError<'JOURNAL_COMPACTED'> {
  return storageErrors.create('JOURNAL_COMPACTED', {
    message: `records before position ${first} are not kept any more, ${position} is one of them`,
    context: { position, first },
  });
}

/** Where a journal is damaged. */
export interface Damage {
  /** The file's name in the journal's directory. */
  readonly file: string;
  /** The byte from which on it is not what was written. */
  readonly offset: number;
  /** The position of the first record that is harmed. */
  readonly position: number;
  readonly what: string;
}

export function journalDamaged(directory: string, damage: Damage): HoldfastError<'JOURNAL_DAMAGED'> {
  const { file, offset, position, what } = damage;
  return storageErrors.create('JOURNAL_DAMAGED', {
    message: `${directory}/${file} is damaged at byte ${offset}, position ${position}: ${what}`,
    context: { directory, file, offset, position, what },
  });
}

/** Whether `error` says that the disk has no room. */
export function isDiskFull(error: unknown): boolean {
  return isHoldfastError(error) && error.code === 'DISK_FULL';
}

/** `error` itself where it is one of this package's; else JOURNAL_FULL or JOURNAL_FAILED because of it. */
export function asStorageError(what: string, error: unknown): HoldfastError {
  if (isDiskFull(error)) return journalFull(error);
  const known =
    isHoldfastError(error) &&
    (Object.hasOwn(storageErrors.definitions, error.code) || error.code === 'INVALID_ARGUMENT');
  return known ? error : journalFailed(what, error);
}
