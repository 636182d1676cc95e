import type { Description } from '../host/host-context.ts';
import type { Coverage, CoverageCell } from './coverage.ts';

/** Counts by kind, role and phase. What it holds is bounded by how many of those there are. */
export class CoverageTally {
  readonly #counts = new Map<string, Map<string, Map<string, number>>>();

  count(kind: string, { role, phase }: Description, times = 1): void {
    const roles = this.#counts.get(kind) ?? new Map<string, Map<string, number>>();
    this.#counts.set(kind, roles);
    const phases = roles.get(role) ?? new Map<string, number>();
    roles.set(role, phases);
    phases.set(phase, (phases.get(phase) ?? 0) + times);
  }

  /** Adds what another run covered. */
  add({ cells }: Coverage): void {
    for (const cell of cells) this.count(cell.kind, cell, cell.count);
  }

  toJSON(): Coverage {
    const cells: CoverageCell[] = [];
    for (const [kind, roles] of sorted(this.#counts)) {
      for (const [role, phases] of sorted(roles)) {
        for (const [phase, count] of sorted(phases)) cells.push({ kind, role, phase, count });
      }
    }
    return { cells };
  }
}

function sorted<Value>(map: ReadonlyMap<string, Value>): readonly (readonly [string, Value])[] {
  return [...map].sort(([one], [other]) => (one < other ? -1 : 1));
}
