import { assert } from '@holdfast/core';
import { components } from '../components.ts';
import type { History } from '../history/history.ts';
import { describeOperation } from '../linearizability/describe-operation.ts';
import { type KeyValueInput, type KeyValueOutput, keyValueModel } from '../models/key-value.ts';
import { CausalOrder, causes } from './causal-order.ts';
import { absent, type Event, type KeyValueOperation, type Sessions, sessions } from './session.ts';

/**
 * What a client may see go wrong (Terry et al., Session Guarantees, 1994; Bouajjani et al., On Verifying Causal
 * Consistency, 2017):
 * - `unwritten`: a value that nobody wrote, or whose write failed;
 * - `cyclic`: an effect before its cause, such as a read from the future;
 * - `read-your-writes`: something older than the client itself had written;
 * - `monotonic-reads`: something older than it had read before;
 * - `monotonic-writes`: it saw a later write of somebody, but not an earlier one;
 * - `writes-follow-reads`: it saw a write, but not what its writer had read before.
 */
export type CausalityViolationKind =
  | 'unwritten'
  | 'cyclic'
  | 'read-your-writes'
  | 'monotonic-reads'
  | 'monotonic-writes'
  | 'writes-follow-reads';

export interface CausalityViolation {
  readonly kind: CausalityViolationKind;
  /** The read that went wrong, then what shows it. */
  readonly operations: readonly KeyValueOperation[];
  readonly text: string;
}

export interface CausalityResult {
  readonly verdict: 'ok' | 'violated';
  readonly violations: readonly CausalityViolation[];
  /** How many of each kind, and the first of each. Empty when there are none. */
  readonly text: string;
}

/**
 * Whether every client of a key-value store sees effects after their causes, and no client sees time go back. Each
 * value may be written to its key once only. Writes that neither knew of the other may be seen in any order, but not
 * one, the other, and the first again. Nothing is told from a refused compare-and-swap, nor from a read of null where
 * the key was ever deleted. Takes time in proportion to operations times clients.
 *
 * @throws INVALID_ARGUMENT when a value was written to a key twice.
 */
export function checkCausality(
  history: History<KeyValueInput, KeyValueOutput> | readonly KeyValueOperation[],
): CausalityResult {
  const laidOut = sessions('operations' in history ? history.operations : history);
  const order = new CausalOrder(laidOut);
  const violations = laidOut.unwritten.map((read) => violation('unwritten', 'which nobody wrote', [read]));
  if (order.cyclic.length > 0) violations.push(...cycles(order.cyclic));
  else violations.push(...oldReads(laidOut, order), ...returns(laidOut));
  const counts = new Map<string, CausalityViolation[]>();
  for (const each of violations) counts.set(each.kind, [...(counts.get(each.kind) ?? []), each]);
  const summary = [...counts].map(([kind, each]) => `${kind}: ${each.length}`).join(', ');
  return {
    verdict: violations.length === 0 ? 'ok' : 'violated',
    violations,
    text:
      violations.length === 0
        ? ''
        : [`not causal (${summary})`, ...[...counts.values()].map(([first]) => first!.text)].join('\n'),
  };
}

/** Reads of a value that the client had to know was replaced. */
function oldReads({ events, count, deleted }: Sessions, order: CausalOrder): CausalityViolation[] {
  const writes = new WritesByKey(events);
  const found: CausalityViolation[] = [];
  for (const reader of events) {
    if (reader.read === undefined || (reader.read === absent && deleted.has(reader.key))) continue;
    if (reader.read !== absent && reader.writer === undefined) continue;
    for (let session = 0; session < count; session++) {
      const heardOf = order.heardOf(reader, session) - (session === reader.session ? 1 : 0);
      const newer = writes.last(reader.key, session, heardOf);
      if (newer === undefined || newer === reader.writer) continue;
      if (reader.writer !== undefined && !order.isBefore(reader.writer, newer)) continue;
      found.push(oldRead(reader, newer, order));
      break;
    }
  }
  return found;
}

/** Says how the reader had to know of the newer write. */
function oldRead(reader: Event, newer: Event, order: CausalOrder): CausalityViolation {
  const evidence = reader.writer === undefined ? [reader, newer] : [reader, reader.writer, newer];
  if (newer.session === reader.session) {
    return violation('read-your-writes', 'older than what the client itself had written', evidence);
  }
  let seen: Event | undefined;
  for (let own = reader.previous; own !== undefined; own = own.previous) {
    if (own.writer === newer) {
      return violation('monotonic-reads', 'older than what the client had read before', [...evidence, own]);
    }
    if (own.writer !== undefined && order.isBefore(newer, own.writer)) seen = own;
  }
  assert(seen !== undefined, 'what a client had heard of, it had read or written');
  const known = seen.writer!;
  const more = [...evidence, known, seen];
  return known.session === newer.session
    ? violation('monotonic-writes', 'though the client had seen a later write of the same writer', more)
    : violation('writes-follow-reads', 'though the client had seen a write that came of the newer one', more);
}

/** Reads of one value, another, and the first again. */
function returns({ events }: Sessions): CausalityViolation[] {
  const left = new Map<string, Map<string, Event>>();
  const current = new Map<string, Event>();
  const found: CausalityViolation[] = [];
  for (const event of events) {
    if (event.read === undefined || event.read === absent) continue;
    const place = `${event.session} ${event.key}`;
    const before = current.get(place);
    current.set(place, event);
    if (before === undefined || before.read === event.read) continue;
    const gone = left.get(place) ?? new Map<string, Event>();
    left.set(place, gone.set(before.read!, before));
    const first = gone.get(event.read);
    if (first === undefined) continue;
    found.push(violation('monotonic-reads', 'which the client had seen replaced', [event, first, before]));
  }
  return found;
}

function cycles(cyclic: readonly Event[]): CausalityViolation[] {
  const numbers = new Map(cyclic.map((event, number) => [event, number]));
  const next = (number: number): number[] =>
    causes(cyclic[number]!).flatMap((cause) => numbers.get(cause) ?? []);
  const found = components(cyclic.length, next).map((component) =>
    violation(
      'cyclic',
      'though each of these comes before the next, and the last before the first',
      component.map((number) => cyclic[number]!),
    ),
  );
  return found;
}

/** The writes of each session to each key, in order. */
class WritesByKey {
  readonly #writes = new Map<string, Event[]>();

  constructor(events: readonly Event[]) {
    for (const event of events) {
      if (event.written === undefined) continue;
      const name = `${event.session} ${event.key}`;
      const known = this.#writes.get(name);
      if (known === undefined) this.#writes.set(name, [event]);
      else known.push(event);
    }
  }

  /** The last write among the first so many operations of a session. */
  last(key: string, session: number, operations: number): Event | undefined {
    const writes = this.#writes.get(`${session} ${key}`);
    if (writes === undefined) return undefined;
    let [low, high] = [0, writes.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (writes[middle]!.place < operations) low = middle + 1;
      else high = middle;
    }
    return writes[low - 1];
  }
}

const model = keyValueModel();
const linesShown = 12;

function violation(kind: CausalityViolationKind, says: string, events: readonly Event[]): CausalityViolation {
  const operations = [...new Set(events.map(({ operation }) => operation))];
  const lines = operations.slice(0, linesShown).map((each) => `  ${describeOperation(each, model.describe)}`);
  const { operation, read } = events[0]!;
  const text = [
    `${kind}: ${operation.client} had ${read ?? 'an answer'} for ${operation.input.key}, ${says}`,
    ...lines,
    ...(operations.length > linesShown ? [`  (${operations.length - linesShown} more)`] : []),
  ].join('\n');
  return { kind, operations, text };
}
