import type { AdminClusterMember } from '../../api/console-api.ts';

/** Where the positions of a member's log lie, as shares of a scale that all members have in common. */
export interface LogPlaces {
  readonly applied: number;
  readonly committed: number;
  readonly last: number;
}

/**
 * Lays the logs of all members on one scale. It shows their ends, which are what differs: it begins so far before the
 * first position of any of them as this is behind the last, and at least 32 entries wide.
 */
export function logScale(members: readonly AdminClusterMember[]): {
  readonly from: number;
  readonly to: number;
  readonly placesOf: (member: AdminClusterMember) => LogPlaces;
} {
  const heard = members.filter(({ lastIndex }) => lastIndex > 0);
  const to = heard.reduce((most, { lastIndex }) => Math.max(most, lastIndex), 0);
  const first = heard.reduce(
    (least, { appliedIndex, commitIndex, lastIndex }) =>
      Math.min(least, appliedIndex, commitIndex, lastIndex),
    to,
  );
  const from = Math.max(Math.min(first - (to - first) * 0.25, to - 32), 0);
  const share = (index: number): number =>
    to === from ? 0 : Math.min(Math.max((index - from) / (to - from), 0), 1);
  return {
    from,
    to,
    placesOf: ({ appliedIndex, commitIndex, lastIndex }) => ({
      applied: share(appliedIndex),
      committed: share(commitIndex),
      last: share(lastIndex),
    }),
  };
}
