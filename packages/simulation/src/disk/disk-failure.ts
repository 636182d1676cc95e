import { diskErrors, type HoldfastError } from '@holdfast/core';

export function fileNotFound(host: string, path: string): HoldfastError<'FILE_NOT_FOUND'> {
  return diskErrors.create('FILE_NOT_FOUND', {
    message: `there is no '${path}' on the disk of ${host}`,
    context: { host, path },
  });
}

export function diskFull(host: string, path: string): HoldfastError<'DISK_FULL'> {
  return diskErrors.create('DISK_FULL', {
    message: `the disk of ${host} has no space left for '${path}': free some`,
    context: { host, path },
  });
}

export function diskFailed(host: string, path: string, operation: string): HoldfastError<'DISK_FAILED'> {
  return diskErrors.create('DISK_FAILED', {
    message: `the disk of ${host} failed to ${operation} '${path}'`,
    context: { host, path, operation },
  });
}
