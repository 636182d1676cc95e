import type { AdminCluster } from '@holdfast/telemetry';
import type { ClusterView } from '../api/console-api.ts';

const momentsMax = 200;
const clustersMax = 100;

interface Known {
  leader: string | undefined;
  term: number;
  readonly moments: ClusterView['history'][number][];
}

/** Leaders and terms as they changed while somebody looked. */
export class ClusterHistory {
  readonly #known = new Map<string, Known>();

  /** Takes note of what a process says of its cluster, and gives what is known of it, the newest first. */
  note(key: string, { members }: AdminCluster, now: number): ClusterView['history'] {
    const leader = members.find(({ role }) => role === 'leader');
    const term = Math.max(0, ...members.map((member) => member.term));
    const known = this.#known.get(key);
    if (known === undefined) {
      if (this.#known.size >= clustersMax) this.#known.delete(this.#known.keys().next().value!);
      this.#known.set(key, { leader: leader?.name, term, moments: [] });
      return [];
    }
    if (leader?.name !== known.leader) {
      const text =
        leader === undefined
          ? `${known.leader} leads no longer, and nobody does yet`
          : `${leader.name} leads in term ${term}`;
      this.#add(known, { at: now, text });
    } else if (term > known.term) this.#add(known, { at: now, text: `term ${term} began` });
    known.leader = leader?.name;
    known.term = Math.max(term, known.term);
    return [...known.moments];
  }

  #add({ moments }: Known, moment: ClusterView['history'][number]): void {
    moments.unshift(moment);
    if (moments.length > momentsMax) moments.pop();
  }
}
