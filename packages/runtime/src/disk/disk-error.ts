import { diskErrors, type HoldfastError } from '@holdfast/core';

/** The error of core's `Disk` for what the system says of `operation` on `path`. */
export function toDiskError(error: NodeJS.ErrnoException, operation: string, path: string): HoldfastError {
  const code = codeOf(error, operation);
  return diskErrors.create(code, {
    message: `${operation} ${path}: ${error.message}`,
    cause: error,
    context: { operation, path, errno: error.code ?? '' },
  });
}

function codeOf(
  { code }: NodeJS.ErrnoException,
  operation: string,
): 'FILE_NOT_FOUND' | 'DISK_FULL' | 'DISK_FAILED' {
  // A flush that fails for lack of room has lost what it was to keep like any other.
  if (operation === 'sync') return 'DISK_FAILED';
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'FILE_NOT_FOUND';
  return code === 'ENOSPC' || code === 'EDQUOT' ? 'DISK_FULL' : 'DISK_FAILED';
}
