import { RunRecord, type Witness } from './run-record.ts';

/** Where two runs of the same thing part. */
export interface Divergence {
  /** How many events and trace events they have in common. */
  readonly index: number;
  /** What each does next, as a line: undefined where it does nothing more, or so late that it was not kept. */
  readonly first: string | undefined;
  readonly second: string | undefined;
  /** The last lines that they have in common. */
  readonly before: readonly string[];
}

const beforeMax = 5;

/**
 * Runs the same thing twice. Returns where the second run parts from the first, or undefined when it does not: time and
 * chance then come from the world alone, as far as this run shows. `run` passes the witness to the `SimulatedWorld` that
 * it makes, and returns its digest, or anything else that should be the same.
 */
export async function checkDeterminism(
  run: (witness: Witness) => string | Promise<string>,
): Promise<Divergence | undefined> {
  const [first, second] = [new RunRecord(), new RunRecord()];
  const ends = [`ends with ${await run(first)}`, `ends with ${await run(second)}`] as const;
  first.add(ends[0]);
  second.add(ends[1]);
  const length = Math.max(first.length, second.length);
  for (let index = 0; index < length; index++) {
    if (first.agrees(second, index)) continue;
    const before = first.lines.slice(Math.max(0, index - beforeMax), index);
    return { index, first: first.lines[index], second: second.lines[index], before };
  }
  // Runs so long that not every line was kept, not even as a hash.
  if (ends[0] === ends[1]) return undefined;
  return { index: length - 1, first: ends[0], second: ends[1], before: [] };
}

/** A divergence for a person to read. */
export function describeDivergence({ index, first, second, before }: Divergence): string {
  return [
    `The same seed gave two runs that part after ${index} events: time or chance came from outside of the world, or ` +
      'something outlived the first run, such as a variable of a module.',
    ...before.map((line) => `  both:   ${line}`),
    `  first:  ${first ?? '(not kept)'}`,
    `  second: ${second ?? '(not kept)'}`,
  ].join('\n');
}
