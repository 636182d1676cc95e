import { defineErrors, type ErrorCatalogue, type HoldfastError } from '@holdfast/core';

/** Codes of the errors of folders that have an owner. */
export type FolderErrorCode =
  | 'FOLDER_OWNED'
  | 'FOLDER_NOT_OWNED'
  | 'FOLDER_SHARED'
  | 'OWNER_SILENT'
  | 'OWNER_HUNG_UP';

export const folderErrors: ErrorCatalogue<FolderErrorCode> = defineErrors<FolderErrorCode>({
  /** Another process has the folder. The message names it. */
  FOLDER_OWNED: { severity: 'high', category: 'conflict', retryable: 'safe', executed: 'no' },
  /** No process has the folder, so there is nobody to ask. */
  FOLDER_NOT_OWNED: { severity: 'medium', category: 'not-found', retryable: 'never', executed: 'no' },
  /** The folder lies where other machines may have it too, which cannot be seen from here. */
  FOLDER_SHARED: { severity: 'high', category: 'invalid', retryable: 'never', executed: 'no' },
  /** The owner is there and does not answer. */
  OWNER_SILENT: { severity: 'medium', category: 'timeout', retryable: 'if-idempotent', executed: 'maybe' },
  /** The owner has ended the connection without an answer: as a rule it goes just now, or is gone. */
  OWNER_HUNG_UP: {
    severity: 'medium',
    category: 'unavailable',
    retryable: 'if-idempotent',
    executed: 'maybe',
  },
});

export function folderOwned(path: string, pid: number): HoldfastError<'FOLDER_OWNED'> {
  return folderErrors.create('FOLDER_OWNED', {
    message: `${path} belongs to process ${pid}: end it first, or use another folder`,
    context: { path, pid },
  });
}

export function ownerSilent(path: string): HoldfastError<'OWNER_SILENT'> {
  return folderErrors.create('OWNER_SILENT', {
    message: `the owner of ${path} does not answer: it may be stopped or busy`,
    context: { path },
  });
}

export function ownerHungUp(path: string): HoldfastError<'OWNER_HUNG_UP'> {
  return folderErrors.create('OWNER_HUNG_UP', {
    message: `the owner of ${path} hung up before it had answered: it may have ended`,
    context: { path },
  });
}
