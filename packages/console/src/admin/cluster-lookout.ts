import type { AdminCluster, AdminClusterMember } from '@holdfast/telemetry';
import type { ClusterView } from '../api/console-api.ts';
import type { AdminSources } from './admin-sources.ts';
import { ClusterHistory } from './cluster-history.ts';

const placesMax = 10_000;

/** Looks at the clusters that processes have members of. */
export class ClusterLookout {
  readonly #admin: Pick<AdminSources, 'ask'>;
  readonly #history: ClusterHistory;
  /** Where members were reached who told of it, by their cluster and id. */
  readonly #reachedAt = new Map<string, readonly string[]>();

  constructor(admin: Pick<AdminSources, 'ask'>, history: ClusterHistory = new ClusterHistory()) {
    this.#admin = admin;
    this.#history = history;
  }

  /** Each cluster once, as that of its members sees it who reaches most of the others. */
  async look(now: number): Promise<readonly ClusterView[]> {
    const answers = await this.#admin.ask('cluster', ({ client }, signal) => client.cluster(signal));
    const clearest = new Map<string, Omit<ClusterView, 'history'>>();
    for (const { source, answer } of answers) {
      for (const cluster of answer) {
        const known = clearest.get(cluster.name);
        if (known !== undefined && !seesMore(cluster, known)) continue;
        clearest.set(cluster.name, { ...cluster, source: source.id, service: source.resource.service });
      }
    }
    return [...clearest.values()].map((view) => ({
      ...view,
      members: view.members
        .map((member) => this.#placed(view.name, member))
        .sort((one, other) => one.name.localeCompare(other.name)),
      history: this.#history.note(view.name, view, now),
    }));
  }

  /** A member that is gone is still known by where it was. */
  #placed(cluster: string, member: AdminClusterMember): AdminClusterMember {
    const key = `${cluster} ${member.id}`;
    if (member.role === 'unreachable') return { ...member, nativeUrls: this.#reachedAt.get(key) ?? [] };
    if (this.#reachedAt.size >= placesMax) this.#reachedAt.clear();
    // Who runs an older version does not tell.
    const nativeUrls = member.nativeUrls ?? [];
    this.#reachedAt.set(key, nativeUrls);
    return { ...member, nativeUrls };
  }
}

function seesMore(one: AdminCluster, other: AdminCluster): boolean {
  const more = reached(one) - reached(other);
  return more > 0 || (more === 0 && newestTerm(one) > newestTerm(other));
}

function reached({ members }: AdminCluster): number {
  return members.filter(({ role }) => role !== 'unreachable').length;
}

function newestTerm({ members }: AdminCluster): number {
  return Math.max(0, ...members.map(({ term }) => term));
}
