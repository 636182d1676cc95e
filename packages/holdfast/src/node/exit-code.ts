import { isHoldfastError } from '@holdfast/core';

/** How `holdfast node` ends, for whoever starts it again. */
export const exitCodes = {
  left: 0,
  failed: 1,
  misunderstood: 2,
  /** A write or flush failed, or what was written is damaged. */
  diskFailed: 3,
  /** It was removed from its cluster, and never starts again. */
  removed: 4,
} as const;

/** The exit code for what made a node stop, or not start. */
export function exitCodeFor(error: unknown): number {
  if (!isHoldfastError(error)) return exitCodes.failed;
  switch (error.code) {
    case 'INVALID_ARGUMENT':
      return exitCodes.misunderstood;
    case 'JOURNAL_FAILED':
    case 'JOURNAL_DAMAGED':
    case 'LOG_DAMAGED':
    case 'DISK_FAILED':
    case 'SNAPSHOT_DAMAGED':
      return exitCodes.diskFailed;
    case 'MEMBER_REMOVED':
      return exitCodes.removed;
    default:
      return exitCodes.failed;
  }
}
