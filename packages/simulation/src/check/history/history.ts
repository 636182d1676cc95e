import { invalidArgument } from '@holdfast/core';
import { toJson as jsonOf } from '../../network/message-json.ts';
import { silentTracer } from '../../trace/digesting-tracer.ts';
import type { Tracer } from '../../trace/trace-event.ts';
import type { Operation, OperationOutcome } from './operation.ts';

/** A history as plain data: what {@link History.toJSON} writes and {@link History.fromJSON} reads. */
export interface HistoryJson<Input, Output> {
  readonly version: 1;
  /** In the order of the calls. */
  readonly operations: readonly OperationJson<Input, Output>[];
}

export interface OperationJson<Input, Output> {
  readonly client: string;
  readonly input: Input;
  readonly outcome: OperationOutcome;
  readonly output?: Output;
  readonly invokedAt: number;
  readonly completedAt?: number;
  readonly invoked: number;
  readonly completed?: number;
}

/**
 * Records what clients ask for and what they are told, for the checkers. The order of the recorder's calls is the
 * order of events: of two that happen in the same microsecond the one recorded first comes first.
 */
export class History<Input, Output> {
  readonly #operations: RecordedOperation<Input, Output>[] = [];
  readonly #tracer: Tracer;
  #events = 0;

  /** @param tracer - where the operations are told too, which shows them in the trace of a run. Default: nowhere. */
  constructor(tracer: Tracer = silentTracer) {
    this.#tracer = tracer;
  }

  /** Every operation so far, in the order of the calls. It grows as recording goes on. */
  get operations(): readonly Operation<Input, Output>[] {
    return this.#operations;
  }

  /** A client calls at `time` (microseconds). Returns the number to complete the operation by. */
  invoke(time: number, client: string, input: Input): number {
    const id = this.#operations.length;
    this.#operations.push(new RecordedOperation(id, client, input, time, this.#events++));
    if (this.#tracer.enabled) {
      this.#tracer.record({ what: 'invoke', at: time, id, client, operation: jsonOf(input) });
    }
    return id;
  }

  /** It was done, and answered `output`. */
  ok(id: number, time: number, output: Output): void {
    this.#complete(id, time, 'ok', output).output = output;
  }

  /** It certainly was not done and never will be. Where that is in doubt, it is {@link unknown}. */
  failed(id: number, time: number): void {
    this.#complete(id, time, 'failed');
  }

  /** The client gave up: the operation may have happened, may yet happen, or never. */
  unknown(id: number, time: number): void {
    this.#complete(id, time, 'unknown');
  }

  toJSON(): HistoryJson<Input, Output> {
    return { version: 1, operations: this.#operations.map(toJson) };
  }

  /** Reads what {@link toJSON} wrote. @throws INVALID_ARGUMENT when it is no history. */
  static fromJSON<Input, Output>(json: HistoryJson<Input, Output>): History<Input, Output> {
    if (json?.version !== 1) throw invalidArgument('version', json?.version, 'the version 1 of a history');
    if (!Array.isArray(json.operations)) {
      throw invalidArgument('operations', json.operations, 'an array of operations');
    }
    const history = new History<Input, Output>();
    const places = new Set<number>();
    for (const each of json.operations as readonly OperationJson<Input, Output>[]) {
      const operation = fromJson(history.#operations.length, each);
      const before = history.#operations.at(-1);
      if (before !== undefined && before.invoked >= operation.invoked) {
        throw invalidArgument('invoked', operation.invoked, 'operations in the order of their calls');
      }
      for (const place of [operation.invoked, operation.completed]) {
        if (place === undefined) continue;
        if (places.has(place)) throw invalidArgument('place', place, 'one event at each place');
        places.add(place);
        history.#events = Math.max(history.#events, place + 1);
      }
      history.#operations.push(operation);
    }
    return history;
  }

  #complete(
    id: number,
    time: number,
    outcome: OperationOutcome,
    output?: Output,
  ): RecordedOperation<Input, Output> {
    const operation = this.#operations[id];
    if (operation === undefined)
      throw invalidArgument('id', id, 'the number of an operation that was invoked');
    if (operation.completed !== undefined) {
      throw invalidArgument('id', id, 'the number of an operation that was not completed before');
    }
    operation.outcome = outcome;
    operation.completedAt = time;
    operation.completed = this.#events++;
    if (this.#tracer.enabled) {
      const value = output === undefined ? undefined : { value: jsonOf(output) };
      this.#tracer.record({ what: 'complete', at: time, id, outcome, ...value });
    }
    return operation;
  }
}

class RecordedOperation<Input, Output> implements Operation<Input, Output> {
  readonly id: number;
  readonly client: string;
  readonly input: Input;
  readonly invokedAt: number;
  readonly invoked: number;
  outcome: OperationOutcome = 'unknown';
  output: Output | undefined = undefined;
  completedAt: number | undefined = undefined;
  completed: number | undefined = undefined;

  constructor(id: number, client: string, input: Input, invokedAt: number, invoked: number) {
    this.id = id;
    this.client = client;
    this.input = input;
    this.invokedAt = invokedAt;
    this.invoked = invoked;
  }
}

function toJson<Input, Output>(operation: Operation<Input, Output>): OperationJson<Input, Output> {
  const { client, input, outcome, output, invokedAt, completedAt, invoked, completed } = operation;
  return {
    client,
    input,
    outcome,
    ...(output !== undefined && { output }),
    invokedAt,
    ...(completedAt !== undefined && { completedAt }),
    invoked,
    ...(completed !== undefined && { completed }),
  };
}

function fromJson<Input, Output>(
  id: number,
  json: OperationJson<Input, Output>,
): RecordedOperation<Input, Output> {
  const { client, input, outcome, output, invokedAt, completedAt, invoked, completed } = json;
  if (!Number.isSafeInteger(invoked) || invoked < 0) {
    throw invalidArgument('invoked', invoked, 'a whole number from 0');
  }
  if (completed !== undefined && !(Number.isSafeInteger(completed) && completed > invoked)) {
    throw invalidArgument('completed', completed, 'a whole number above that of the call');
  }
  if (outcome !== 'ok' && outcome !== 'failed' && outcome !== 'unknown') {
    throw invalidArgument('outcome', outcome, "'ok', 'failed' or 'unknown'");
  }
  if (outcome === 'ok' && completed === undefined) {
    throw invalidArgument('completed', completed, 'the place where an operation that was ok ended');
  }
  const operation = new RecordedOperation<Input, Output>(id, client, input, invokedAt, invoked);
  operation.outcome = outcome;
  operation.output = output;
  operation.completedAt = completedAt;
  operation.completed = completed;
  return operation;
}
