import { type Random, seededRandom } from '@holdfast/core';
import { describe, expect, test } from 'vitest';
import { checkCausality } from '../../src/check/causality/causality.ts';
import { History } from '../../src/check/history/history.ts';
import { checkLinearizability } from '../../src/check/linearizability/linearizability.ts';
import { type KeyValueInput, type KeyValueOutput, keyValueModel } from '../../src/check/models/key-value.ts';
import { execute } from './execution.ts';
import { sequentialObject } from './sequential-objects.ts';

type KeyValueHistory = History<KeyValueInput, KeyValueOutput>;

/** Lines such as `alice put x 1`, `bob get x 1`, `bob get x null`, one after the other. */
function history(...lines: string[]): KeyValueHistory {
  const recorded: KeyValueHistory = new History();
  for (const [time, line] of lines.entries()) {
    const [client, kind, key, text, outcome] = line.split(' ');
    const value = text === 'null' ? null : Number(text);
    const input: KeyValueInput =
      kind === 'put' ? { kind, key: key!, value } : { kind: kind as 'get' | 'delete', key: key! };
    const id = recorded.invoke(time, client!, input);
    if (outcome === 'failed' || outcome === 'unknown') recorded[outcome](id, time);
    else recorded.ok(id, time, kind === 'get' ? value : null);
  }
  return recorded;
}

const kinds = (...lines: string[]): string[] => {
  const { violations, text } = checkCausality(history(...lines));
  for (const { kind } of violations) expect(text).toContain(kind);
  return violations.map(({ kind }) => kind);
};

describe('names what a client saw go wrong', () => {
  test.each<[string, string[]]>([
    ['unwritten', ['a get x 1']],
    ['unwritten', ['a put x 1 failed', 'b get x 1']],
    ['cyclic', ['a get x 1', 'a put x 1']],
    ['cyclic', ['a get x 1', 'a put y 1', 'b get y 1', 'b put x 1']],
    ['read-your-writes', ['a put x 1', 'a get x null']],
    ['read-your-writes', ['a put x 1', 'a put x 2', 'a get x 1']],
    ['monotonic-reads', ['a put x 1', 'b get x 1', 'b get x null']],
    ['monotonic-reads', ['a put x 1', 'a put x 2', 'b get x 2', 'b get x 1']],
    ['monotonic-reads', ['a put x 1', 'b put x 2', 'c get x 1', 'c get x 2', 'c get x 1']],
    ['monotonic-writes', ['a put x 1', 'a put y 2', 'b get y 2', 'b get x null']],
    ['monotonic-writes', ['a put x 1', 'a put x 2', 'a put y 3', 'b get y 3', 'b get x 1']],
    ['writes-follow-reads', ['a put x 1', 'b get x 1', 'b put y 2', 'c get y 2', 'c get x null']],
  ])('%s: %j', (kind, lines) => {
    expect(kinds(...lines)).toEqual([kind]);
  });

  test.each<[string, string[]]>([
    ['clients lag behind each other', ['a put x 1', 'b get x null', 'b get x 1', 'c get x null']],
    [
      'concurrent writes are seen in any order',
      ['a put x 1', 'b put x 2', 'c get x 1', 'c get x 2', 'd get x 2', 'd get x 1'],
    ],
    ['a write of somebody else replaced its own', ['a put x 1', 'b put x 2', 'a get x 2', 'a get x 2']],
    [
      'an unknown write came late',
      ['a put x 1 unknown', 'a get x null', 'a put y 2', 'b get y 2', 'b get x null', 'b get x 1'],
    ],
    ['a key was deleted', ['a put x 1', 'b get x 1', 'a delete x', 'b get x null']],
  ])('nothing, when %s', (_, lines) => {
    expect(kinds(...lines)).toEqual([]);
  });

  test('tells it in a few lines', () => {
    expect(checkCausality(history('a put x 1', 'a get x null')).text).toBe(
      [
        'not causal (read-your-writes: 1)',
        'read-your-writes: a had null for x, older than what the client itself had written',
        '  #1 a: x: read -> null (0.001 ms to 0.001 ms)',
        '  #0 a: x: write 1 (0 ms to 0 ms)',
      ].join('\n'),
    );
  });
});

/** Replicas that hand on their writes in causal order, late: causal, and no more. */
function executeReplicated(seed: number, operations: number, isCausal: boolean): KeyValueHistory {
  const random = seededRandom(seed);
  const recorded: KeyValueHistory = new History();
  type Write = { from: number; clock: number[]; key: string; value: number; rank: number };
  const replicas = [0, 1, 2].map(() => ({
    clock: [0, 0, 0],
    inbox: [] as Write[],
    store: new Map<string, Write>(),
  }));
  const deliver = (at: number, write: Write) => {
    const replica = replicas[at]!;
    replica.clock[write.from] = Math.max(replica.clock[write.from]!, write.clock[write.from]!);
    const held = replica.store.get(write.key);
    if (held === undefined || held.rank < write.rank) replica.store.set(write.key, write);
  };
  const isReady = (at: number, { from, clock }: Write) =>
    clock.every((count, index) => count <= replicas[at]!.clock[index]! + (index === from ? 1 : 0));
  for (let value = 1; value <= operations; value++) {
    const at = random.below(3);
    const key = `k${random.below(2)}`;
    const replica = replicas[at]!;
    if (random.below(2) === 0) {
      const next = replica.inbox[random.below(replica.inbox.length + 1)];
      if (next !== undefined && (!isCausal || isReady(at, next))) {
        replica.inbox.splice(replica.inbox.indexOf(next), 1);
        deliver(at, next);
      }
    }
    const kind = random.below(2) === 0 ? 'get' : 'put';
    const id = recorded.invoke(value, `c${at}`, kind === 'get' ? { kind, key } : { kind, key, value });
    if (kind === 'put') {
      const clock = replica.clock.with(at, replica.clock[at]! + 1);
      const rank = clock.reduce((sum, count) => sum + count) * 3 + at;
      const write = { from: at, clock, key, value, rank };
      for (const [other, { inbox }] of replicas.entries()) if (other !== at) inbox.push(write);
      deliver(at, write);
    }
    recorded.ok(id, value, kind === 'get' ? (replica.store.get(key)?.value ?? null) : null);
  }
  return recorded;
}

/** The definitions, word by word, over every pair of operations. */
function isCausal({ operations }: KeyValueHistory): boolean {
  const writes = new Map(
    operations
      .filter(({ input }) => input.kind === 'put')
      .map((each) => [each.input.kind === 'put' ? each.input.value : null, each.id]),
  );
  const sees = operations.map(() => operations.map(() => false));
  const readOf = operations.map(({ input, output }) =>
    input.kind === 'get' && output !== null ? writes.get(output!) : undefined,
  );
  for (const [a, before] of operations.entries()) {
    for (const [b, after] of operations.entries()) {
      if ((before.client === after.client && a < b) || readOf[b] === a) sees[a]![b] = true;
    }
  }
  for (const k of sees.keys())
    for (const i of sees.keys())
      for (const j of sees.keys()) if (sees[i]![k] && sees[k]![j]) sees[i]![j] = true;
  if (sees.some((row, a) => row[a])) return false;
  return operations.every((reader, r) => {
    if (reader.input.kind !== 'get') return true;
    const source = readOf[r];
    const isOld = operations.some(
      ({ input }, w) =>
        input.kind === 'put' &&
        input.key === reader.input.key &&
        sees[w]![r] &&
        w !== source &&
        (source === undefined || sees[source]![w]),
    );
    const own = operations.filter(
      (each) =>
        each.client === reader.client &&
        each.id < r &&
        each.input.kind === 'get' &&
        each.input.key === reader.input.key &&
        each.output !== null,
    );
    const same = own.findIndex(({ output }) => output === reader.output);
    const isBack =
      same >= 0 && reader.output !== null && own.slice(same).some(({ output }) => output !== reader.output);
    return !isOld && !isBack;
  });
}

function disturb(recorded: KeyValueHistory, random: Random): KeyValueHistory {
  const { operations } = structuredClone(recorded.toJSON());
  const reads = operations.filter(({ input }) => input.kind === 'get');
  const target = reads[random.below(reads.length)];
  const sources = reads.filter(({ input }) => input.key === target?.input.key);
  if (target !== undefined)
    (target as { output: KeyValueOutput }).output = sources[random.below(sources.length)]!.output!;
  return History.fromJSON({ version: 1, operations });
}

describe('judges histories of real use', () => {
  test('a linearizable store is causal', () => {
    const object = sequentialObject('key-value store');
    for (let seed = 0; seed < 100; seed++) {
      const recorded = execute(object, { seed, operations: 100, clients: 5, unknown: 10, failed: 5 });
      expect(checkCausality(recorded)).toMatchObject({ verdict: 'ok', text: '' });
    }
  });

  test('replicas that keep causal order are causal, and mostly not linearizable', () => {
    let notLinearizable = 0;
    for (let seed = 0; seed < 100; seed++) {
      const recorded = executeReplicated(seed, 60, true);
      expect(checkCausality(recorded)).toMatchObject({ verdict: 'ok', text: '' });
      if (checkLinearizability(recorded, keyValueModel()).verdict === 'violated') notLinearizable++;
    }
    expect(notLinearizable).toBeGreaterThan(80);
  });

  test('small histories are judged by the definitions', () => {
    const verdicts = { ok: 0, violated: 0 };
    for (let seed = 0; seed < 3000; seed++) {
      const plain = executeReplicated(seed, 12, seed % 2 === 0);
      const recorded = seed % 3 === 0 ? plain : disturb(plain, seededRandom(seed));
      const expected = isCausal(recorded) ? 'ok' : 'violated';
      expect(checkCausality(recorded).verdict, JSON.stringify(recorded, null, 1)).toBe(expected);
      verdicts[expected]++;
    }
    expect(verdicts.ok).toBeGreaterThan(300);
    expect(verdicts.violated).toBeGreaterThan(300);
  });

  test('refuses a history in which a value was written twice', () => {
    expect(() => checkCausality(history('a put x 1', 'b put x 1'))).toThrow('written to x only once');
  });
});
