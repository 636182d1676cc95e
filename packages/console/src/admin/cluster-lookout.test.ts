import type { AdminCluster } from '@holdfast/telemetry';
import { expect, test } from 'vitest';
import type { AdminSources } from './admin-sources.ts';
import { ClusterLookout } from './cluster-lookout.ts';

type Role = AdminCluster['members'][number]['role'];

function seen(term: number, roles: Readonly<Record<string, Role>>): AdminCluster {
  const log = { lastIndex: 1, commitIndex: 1, appliedIndex: 1, lag: 0, storedBytes: 0 };
  const members = Object.entries(roles).map(([name, role]) => {
    return { id: name, name, role, term, ...log, clientUrls: [], nativeUrls: [] };
  });
  return { name: 'c1', members, leases: [], leasesOmitted: 0, alarms: [] };
}

function asSeenBy(views: Readonly<Record<string, AdminCluster>>): ClusterLookout {
  const admin = {
    ask: async () =>
      Object.entries(views).map(([id, view]) => ({
        source: { id, resource: { service: 'store' } },
        answer: [view],
      })),
  };
  return new ClusterLookout(admin as unknown as AdminSources);
}

test('a cluster is told once, by the member that reaches most others, its members by name', async () => {
  const lookout = asSeenBy({
    cut: seen(9, { b: 'candidate', a: 'unreachable', c: 'unreachable' }),
    well: seen(3, { b: 'unreachable', c: 'leader', a: 'follower' }),
    old: seen(2, { b: 'unreachable', c: 'follower', a: 'follower' }),
  });
  const views = await lookout.look(0);
  expect(views.map(({ source }) => source)).toEqual(['well']);
  expect(views[0]!.members.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
});

test('a member that is gone is still known by where its clients reached it', async () => {
  const reached = (view: AdminCluster, nativeUrls: readonly string[]): AdminCluster => ({
    ...view,
    members: view.members.map((member) => (member.name === 'b' ? { ...member, nativeUrls } : member)),
  });
  const views = { a: reached(seen(1, { a: 'leader', b: 'follower' }), ['tcp://127.0.0.1:2381']) };
  const lookout = asSeenBy(views);
  await lookout.look(0);
  views.a = reached(seen(1, { a: 'leader', b: 'unreachable' }), []);
  const [view] = await lookout.look(1);
  expect(view!.members[1]).toMatchObject({ role: 'unreachable', nativeUrls: ['tcp://127.0.0.1:2381'] });
});
