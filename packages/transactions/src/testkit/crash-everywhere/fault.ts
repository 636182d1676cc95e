import type { Definition, PlaceDefinition } from '../../saga/definition.ts';

/**
 * How a step or its compensation goes wrong. `terminal`: it refuses, each time it is called. `transient`: it fails at one
 * call, and nothing has happened. `lost`: it does what it should at one call, but the reply is lost.
 */
export interface Fault {
  readonly step: string;
  readonly undo: boolean;
  readonly kind: 'terminal' | 'transient' | 'lost';
  /** Counted from 1 over all lives; 0 for each. */
  readonly call: number;
}

/** As it stands in a replay line: `undo reserve:transient@2`. */
export function faultText({ step, undo, kind, call }: Fault): string {
  return `${undo ? 'undo ' : ''}${step}:${kind}${call === 0 ? '' : `@${call}`}`;
}

/** What is tried: nothing, each step going wrong in each way, and each compensation while a later step refuses. */
export function faultsOf({ places }: Definition): readonly (readonly Fault[])[] {
  const actions = places.filter((place) => place.do !== undefined);
  const forward = actions.flatMap((place) => faultsAt(place, false).map((fault) => [fault]));
  const refusing = actions.filter(({ kind }) => kind !== 'ensure').at(-1);
  if (refusing === undefined) return [[], ...forward];
  const trigger: Fault = { step: refusing.name, undo: false, kind: 'terminal', call: 0 };
  const backward = actions
    .filter(({ undo }) => undo !== undefined)
    .flatMap((place) => faultsAt(place, true).map((fault) => [trigger, fault]));
  return [[], ...forward, ...backward];
}

/** One attempt after the other fails, as far as there are attempts, and no more than three. */
function faultsAt({ name, do: forward, undo: backward }: PlaceDefinition, undo: boolean): Fault[] {
  const { maxAttempts } = (undo ? backward : forward)!;
  const faults: Fault[] = [{ step: name, undo, kind: 'terminal', call: 0 }];
  for (let call = 1; call <= Math.min(maxAttempts - 1, undo ? 1 : transientsMax); call++) {
    faults.push({ step: name, undo, kind: 'transient', call });
  }
  if (maxAttempts > 1) faults.push({ step: name, undo, kind: 'lost', call: 1 });
  return faults;
}

const transientsMax = 2;
