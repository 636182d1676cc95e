import type { HoldfastError, JsonValue } from '@holdfast/core';
import type { RunStatus, StoredRun } from '../ledger/run.ts';
import { failureFromText } from './failure.ts';
import { whyOf } from './read-outcome.ts';
import type { PlaceState, SagaMachine, SagaPhase } from './records/machine.ts';
import type { PlaceKind } from './records/plan.ts';
import { decodeInput, type EventKind, nowhere, type SagaEvent } from './records/record.ts';
import { replay } from './records/replay.ts';

/** What became of a run so far. */
export interface SagaStatus {
  readonly id: string;
  /** The type of the run, such as `saga/order`. */
  readonly type: string;
  /** That it follows now. */
  readonly version: number;
  readonly status: RunStatus;
  readonly phase: SagaPhase;
  readonly input: unknown;
  /** All of them, in the order of their declaration. */
  readonly steps: readonly StepStatus[];
  /** Why the saga as a whole waits for an operator. */
  readonly parked: string | undefined;
  /** Why it is or was compensated. */
  readonly failure: { readonly step: string | undefined; readonly error: HoldfastError } | undefined;
  readonly timeline: readonly TimelineEntry[];
}

export interface StepStatus {
  readonly name: string;
  readonly kind: PlaceKind;
  readonly state: PlaceState | 'ahead';
  /** Wall-clock milliseconds since the Unix epoch. */
  readonly since: number | undefined;
  /** Failed attempts in this state. */
  readonly attempts: number;
  readonly lastError: HoldfastError | undefined;
  /** Why it waits for an operator. */
  readonly stuck: HoldfastError | undefined;
  readonly value: unknown;
}

export interface TimelineEntry {
  /** Wall-clock milliseconds since the Unix epoch. */
  readonly at: number;
  /** What happened; `begun` and `undoing` follow from what was recorded before. */
  readonly what: EventKind | 'begun' | 'undoing';
  readonly step: string | undefined;
  /** A result, an error, or why. */
  readonly detail: JsonValue | undefined;
}

/** What the records of a saga say, whether its definition is known here or not. */
export function sagaStatus(run: StoredRun): SagaStatus {
  const timeline = new Timeline();
  const { machine, version } = replay(run.records, run.createdAt, undefined, (event, machine) =>
    timeline.observe(event, machine),
  );
  return {
    id: run.id,
    type: run.type,
    version: version ?? run.version,
    status: run.status,
    phase: machine.phase,
    input: decodeInput(run.records[0]),
    steps: machine.plan.places.map(({ name, kind, index }) => {
      const cell = machine.cells[index];
      return {
        name,
        kind,
        state: cell?.state ?? 'ahead',
        since: cell?.at,
        attempts: cell?.attempts ?? 0,
        lastError: errorOf(cell?.failure),
        stuck: errorOf(cell?.stuck),
        value: cell?.value,
      };
    }),
    parked: machine.parked,
    failure: machine.failure === undefined ? undefined : whyOf(machine),
    timeline: timeline.entries,
  };
}

function errorOf(text: string | undefined): HoldfastError | undefined {
  return text === undefined || text === '' ? undefined : failureFromText(text);
}

class Timeline {
  readonly entries: TimelineEntry[] = [];
  #states: readonly (PlaceState | undefined)[] = [];

  observe({ kind, place, at, text }: SagaEvent, machine: SagaMachine): void {
    const { places } = machine.plan;
    const step = place === nowhere ? undefined : places[place]!.name;
    this.entries.push({
      at,
      what: kind,
      step,
      detail: text === '' ? undefined : (JSON.parse(text) as JsonValue),
    });
    for (const index of machine.active) {
      const { state } = machine.cells[index]!;
      if (state === this.#states[index] || state === 'claiming' || (kind === 'started' && index === place))
        continue;
      this.entries.push({
        at,
        what: state === 'undoing' ? 'undoing' : 'begun',
        step: places[index]!.name,
        detail: undefined,
      });
    }
    this.#states = machine.cells.map((cell) => cell?.state);
  }
}
