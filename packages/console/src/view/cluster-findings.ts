import type { ClusterView, Finding } from '../api/console-api.ts';

/** Milliseconds for which a change of leader explains what is wrong. */
const recentMillis = 3_000;

/**
 * What is wrong with clusters. That nobody leads one, or that its leader has just changed, explains what else is wrong: whoever
 * uses it had to wait. Where nothing else is, a change is worth a note.
 *
 * @param others - what was found by other means.
 */
export function clusterFindings(
  clusters: readonly ClusterView[],
  others: readonly Finding[],
  now: number,
): Finding[] {
  const troubled = others.some(({ severity }) => severity !== 'note');
  return clusters.flatMap((cluster): Finding[] => {
    const { service, members, history } = cluster;
    const evidence = members
      .filter(({ role }) => role === 'unreachable')
      .map(({ name, id }) => `${name || id} cannot be reached.`);
    const about = { service, operation: undefined, evidence, link: '/cluster' };
    if (!members.some(({ role }) => role === 'leader')) {
      return [{ ...about, severity: 'alarm', text: `Nobody leads the cluster of ${service}.` }];
    }
    const [latest] = history;
    if (latest !== undefined && now - latest.at < recentMillis) {
      const text = `The cluster of ${service} has changed its leader: ${latest.text}.`;
      return [{ ...about, severity: troubled ? 'alarm' : 'note', text }];
    }
    if (evidence.length === 0) return [];
    const text = `${evidence.length} of ${members.length} members of the cluster of ${service} cannot be reached.`;
    return [{ ...about, severity: 'warning', text }];
  });
}
