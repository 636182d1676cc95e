import type { CommitState } from '../atomic-commit/commit-message.ts';

/**
 * What a recovery coordinator does about the states of all that have answered it, itself among them (Skeen, Nonblocking
 * Commit Protocols, 1981). `commit` and `abort`: somebody has decided, or nobody can have committed. `pre-commit`: all have
 * voted yes; the others have to know that before anybody commits, so that whoever leads next finds the same.
 */
export function terminate(states: Iterable<CommitState>): 'commit' | 'abort' | 'pre-commit' {
  const found = new Set(states);
  if (found.has('committed')) return 'commit';
  if (found.has('aborted')) return 'abort';
  // Where one is pre-committed, the dead coordinator may have committed. Where none is, it cannot have: it would have waited
  // for the answers of those that are alive. In a network that is cut in two, this does not hold.
  return found.has('pre-committed') ? 'pre-commit' : 'abort';
}
