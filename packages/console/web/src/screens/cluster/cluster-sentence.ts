import type { ClusterView, Health } from '../../api/console-api.ts';
import { formatCount } from '../../format/number.ts';

/** How a cluster is, in one sentence. */
export interface ClusterState {
  readonly health: Health;
  readonly sentence: string;
}

/** Entries behind which a member is said to lag: about what a busy leader appends between two acknowledgements. */
const lagging = 1000;

/** Says who leads, who is missing, and whether a majority is there. */
export function clusterState({ members, alarms }: Pick<ClusterView, 'members' | 'alarms'>): ClusterState {
  const leader = members.find(({ role }) => role === 'leader');
  const gone = members.filter(({ role }) => role === 'unreachable');
  const voters = members.filter(({ role }) => role !== 'learner');
  const behind = members.filter(({ role, lag }) => role !== 'unreachable' && lag > lagging);
  const alive = voters.length - gone.length;
  const majority = alive > voters.length / 2;
  const parts: string[] = [];
  if (!majority)
    parts.push(
      `${formatCount(alive)} of ${formatCount(voters.length)} members answer: no majority, nothing is accepted`,
    );
  else if (leader === undefined) parts.push('Nobody leads: an election is on');
  else parts.push(`${leader.name} leads in term ${formatCount(leader.term)}`);
  if (majority && gone.length > 0)
    parts.push(`${names(gone)} ${gone.length === 1 ? 'does' : 'do'} not answer`);
  if (behind.length > 0) parts.push(`${names(behind)} ${behind.length === 1 ? 'lags' : 'lag'} behind`);
  if (alarms.length > 0) parts.push(`alarm: ${alarms.join(', ')}`);
  if (parts.length === 1 && majority && leader !== undefined) {
    const followers = members.length - 1;
    parts.push(
      followers === 0
        ? 'it is alone'
        : followers === 1
          ? 'the other follows'
          : followers === 2
            ? 'both others follow'
            : `all ${formatCount(followers)} others follow`,
    );
  }
  const health =
    !majority || leader === undefined
      ? 'failing'
      : gone.length + behind.length + alarms.length > 0
        ? 'degraded'
        : 'healthy';
  return { health, sentence: `${parts.join('; ')}.` };
}

function names(members: readonly { readonly name: string }[]): string {
  return members.map(({ name }) => name).join(' and ');
}
