import type { AdminCluster } from '@holdfast/telemetry';
import type { ClusterView } from '../api/console-api.ts';

const momentsMax = 200;
const clustersMax = 100;

interface Known {
  leader: string | undefined;
  term: number;
  readonly moments: ClusterView['history'][number][];
}

export interface ClusterHistoryOptions {
  /** What {@link ClusterHistoryOptions.changed} was told last; what does not look like that is none. */
  readonly restored?: unknown;
  /** Told all that is known whenever it changes, to be kept as JSON. */
  readonly changed?: (known: unknown) => void;
}

/** Leaders and terms as they changed while somebody looked. */
export class ClusterHistory {
  readonly #known: Map<string, Known>;
  readonly #changed: (known: unknown) => void;

  constructor({ restored, changed = () => undefined }: ClusterHistoryOptions = {}) {
    this.#known = new Map(isKnown(restored) ? restored : []);
    this.#changed = changed;
  }

  /** Takes note of what a process says of its cluster, and gives what is known of it, the newest first. */
  note(key: string, { members }: AdminCluster, now: number): ClusterView['history'] {
    const leader = members.find(({ role }) => role === 'leader');
    const term = Math.max(0, ...members.map((member) => member.term));
    const known = this.#known.get(key);
    if (known === undefined) {
      if (this.#known.size >= clustersMax) this.#known.delete(this.#known.keys().next().value!);
      this.#known.set(key, { leader: leader?.name, term, moments: [] });
      this.#changed([...this.#known]);
      return [];
    }
    const isNew = leader?.name !== known.leader || term > known.term;
    if (leader?.name !== known.leader) {
      const text =
        leader === undefined
          ? `${known.leader} leads no longer, and nobody does yet`
          : `${leader.name} leads in term ${term}`;
      this.#add(known, { at: now, text });
    } else if (term > known.term) this.#add(known, { at: now, text: `term ${term} began` });
    known.leader = leader?.name;
    known.term = Math.max(term, known.term);
    if (isNew) this.#changed([...this.#known]);
    return [...known.moments];
  }

  #add({ moments }: Known, moment: ClusterView['history'][number]): void {
    moments.unshift(moment);
    if (moments.length > momentsMax) moments.pop();
  }
}

function isKnown(value: unknown): value is [string, Known][] {
  return Array.isArray(value) && value.every(isEntry);
}

function isEntry(value: unknown): boolean {
  if (!Array.isArray(value)) return false;
  const [name, known] = value as [unknown, Partial<Known> | null | undefined];
  return (
    typeof name === 'string' &&
    typeof known?.term === 'number' &&
    Array.isArray(known.moments) &&
    known.moments.every((moment) => typeof moment?.at === 'number' && typeof moment.text === 'string')
  );
}
