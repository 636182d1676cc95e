import { describe, expect, test } from 'vitest';
import type { ClusterView, Finding } from '../api/console-api.ts';
import { clusterFindings } from './cluster-findings.ts';

type Role = ClusterView['members'][number]['role'];

function cluster(roles: readonly Role[], history: ClusterView['history'] = []): ClusterView {
  const members = roles.map((role, index) => ({
    id: `${index}`,
    name: `store-${index + 1}`,
    role,
    term: 2,
    lastIndex: 1,
    commitIndex: 1,
    appliedIndex: 1,
    lag: 0,
    storedBytes: 0,
    clientUrls: [],
    nativeUrls: [],
  }));
  return {
    name: 'c1',
    members,
    leases: [],
    leasesOmitted: 0,
    alarms: [],
    source: 'store-1',
    service: 'store',
    history,
  };
}

const failing: Finding = {
  severity: 'alarm',
  text: 'orders is failing.',
  service: 'orders',
  operation: undefined,
  evidence: [],
  link: undefined,
};
const now = 100_000;

describe('what is said of a cluster', () => {
  test('nothing while all is well, however long ago it changed its leader', () => {
    const well = cluster(['leader', 'follower', 'follower'], [{ at: 1, text: 'store-1 leads in term 2' }]);
    expect(clusterFindings([well], [failing], now)).toEqual([]);
  });

  test('that nobody leads it', () => {
    const [found] = clusterFindings([cluster(['unreachable', 'candidate', 'follower'])], [], now);
    expect(found).toMatchObject({ severity: 'alarm', service: 'store' });
    expect(found!.evidence).toEqual(['store-1 cannot be reached.']);
  });

  test('that its leader has just changed: an alarm where something else is wrong, a note where nothing is', () => {
    const changed = cluster(
      ['unreachable', 'leader', 'follower'],
      [{ at: now - 1_000, text: 'store-2 leads in term 3' }],
    );
    expect(clusterFindings([changed], [failing], now)).toMatchObject([
      { severity: 'alarm', text: 'The cluster of store has changed its leader: store-2 leads in term 3.' },
    ]);
    expect(clusterFindings([changed], [], now)).toMatchObject([{ severity: 'note' }]);
  });

  test('that a member is away', () => {
    expect(clusterFindings([cluster(['leader', 'unreachable', 'follower'])], [], now)).toMatchObject([
      { severity: 'warning', text: '1 of 3 members of the cluster of store cannot be reached.' },
    ]);
  });
});
