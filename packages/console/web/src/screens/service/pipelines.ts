import type { PolicyRow } from '../../api/console-api.ts';

/** A pipeline with its policies, as all processes that have it tell of them. */
export interface PipelineState {
  /** Its name; what has the name of another one is numbered: `call stock 2`. */
  readonly key: string;
  readonly name: string;
  readonly alarming: boolean;
  /** The outermost first; each as the processes have it. */
  readonly stages: readonly (readonly PolicyRow[])[];
}

/**
 * Pipelines, the alarming first. A process may have several of one name, such as for reads and for writes of the same service: they are
 * told apart by their policies.
 */
export function pipelinesOf(policies: readonly PolicyRow[]): readonly PipelineState[] {
  const alike = new Map<string, PolicyRow[][]>();
  for (const rows of apart(policies)) {
    const kind = kindOf(rows);
    alike.set(kind, [...(alike.get(kind) ?? []), rows]);
  }
  const numbers = new Map<string, number>();
  return [...alike.values()]
    .map((pipelines): PipelineState => {
      const name = pipelines[0]![0]!.pipeline;
      const number = (numbers.get(name) ?? 0) + 1;
      numbers.set(name, number);
      return {
        key: number === 1 ? name : `${name} ${number}`,
        name,
        alarming: pipelines.flat().some(({ alarming }) => alarming),
        stages: pipelines[0]!.map((_, stage) => pipelines.map((rows) => rows[stage]!)),
      };
    })
    .sort((one, other) => Number(other.alarming) - Number(one.alarming));
}

/** A list for each pipeline of each process: where positions begin anew, another one does. */
function apart(policies: readonly PolicyRow[]): PolicyRow[][] {
  const pipelines: PolicyRow[][] = [];
  let last: PolicyRow | undefined;
  for (const row of policies) {
    const goesOn =
      row.instance === last?.instance && row.pipeline === last.pipeline && row.position > last.position;
    if (goesOn) pipelines.at(-1)!.push(row);
    else pipelines.push([row]);
    last = row;
  }
  return pipelines;
}

/** What pipelines that are the same in several processes have alike. */
function kindOf(rows: readonly PolicyRow[]): string {
  return JSON.stringify([rows[0]!.pipeline, ...rows.map(({ kind, name }) => [kind, name])]);
}
