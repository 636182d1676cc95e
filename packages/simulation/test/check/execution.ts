import { seededRandom } from '@holdfast/core';
import { History } from '../../src/check/history/history.ts';
import type { Anything, SequentialObject } from './sequential-objects.ts';

export interface ExecutionOptions {
  readonly seed: number;
  readonly operations: number;
  readonly clients: number;
  /** How many of a hundred operations end as unknown (half of them take effect, at any time) or as failed. */
  readonly unknown?: number;
  readonly failed?: number;
}

interface Client {
  readonly name: string;
  readonly input: Anything;
  readonly id: number;
  /** Undefined until it took effect. */
  output: { readonly value: Anything } | undefined;
}

/** The history of clients that really use one object, with random delays before and after each effect. */
export function execute(object: SequentialObject, options: ExecutionOptions): History<Anything, Anything> {
  const { seed, operations, clients, unknown = 0, failed = 0 } = options;
  const random = seededRandom(seed);
  const history = new History<Anything, Anything>();
  const apply = object.create();
  const names = Array.from({ length: clients }, (_, index) => `c${index}`);
  const busy = new Map<string, Client>();
  const late: Anything[] = [];
  let time = 0;
  let made = 0;
  while (made < operations || busy.size > 0) {
    time += random.below(10) + 1;
    if (late.length > 0 && random.below(8) === 0) apply(late.splice(random.below(late.length), 1)[0]);
    const name = names[random.below(clients)]!;
    const client = busy.get(name);
    if (client === undefined) {
      if (made === operations) continue;
      const input = object.input(random, name, ++made);
      busy.set(name, { name, input, id: history.invoke(time, name, input), output: undefined });
    } else if (client.output !== undefined) {
      history.ok(client.id, time, client.output.value);
      busy.delete(name);
    } else if (random.below(100) < unknown) {
      if (random.below(2) === 0) late.push(client.input);
      if (random.below(2) === 0) history.unknown(client.id, time);
      busy.delete(name);
    } else if (random.below(100) < failed) {
      history.failed(client.id, time);
      busy.delete(name);
    } else {
      client.output = { value: apply(client.input) };
    }
  }
  return history;
}
