import fc from 'fast-check';
import { expect, test } from 'vitest';
import { immediateDominators } from './dominators.ts';
import { serviceStructure } from './service-structure.ts';
import { stronglyConnected } from './strongly-connected.ts';

/** `a>b` for each call. */
const calls = (text: string): { from: string; to: string }[] =>
  text.split(' ').map((call) => ({ from: call.split('>')[0]!, to: call.split('>')[1]! }));

test('without the one service through which all must pass nobody behind it is reached', () => {
  const { cycles, gates } = serviceStructure(
    calls('gateway>orders gateway>catalogue orders>stock orders>payments payments>bank catalogue>stock'),
  );
  expect(cycles).toEqual([]);
  expect(Object.fromEntries(gates)).toEqual({
    gateway: ['bank', 'catalogue', 'orders', 'payments', 'stock'],
    orders: ['bank', 'payments'],
    payments: ['bank'],
    catalogue: [],
    stock: [],
    bank: [],
  });
});

test('a second entry opens another way', () => {
  const edges = calls('web>api mobile>api2 api>db api2>db');
  expect(serviceStructure(edges).gates.get('api')).toEqual([]);
  expect(serviceStructure(edges, ['web']).gates.get('api')).toEqual(['db']);
});

test('services that call each other in a circle are found, and one that calls itself', () => {
  const { cycles } = serviceStructure(calls('a>b b>c c>a c>d d>d e>a'));
  expect(cycles).toEqual([['a', 'b', 'c'], ['d']]);
});

const name = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
const randomCalls = fc.array(fc.record({ from: name, to: name }), { maxLength: 14 });

/** All that can be reached, without passing `besides`. */
function reached(edges: readonly { from: string; to: string }[], from: Iterable<string>, besides?: string) {
  const found = new Set([...from].filter((node) => node !== besides));
  for (const node of found) {
    for (const { from: caller, to } of edges) if (caller === node && to !== besides) found.add(to);
  }
  return found;
}

test('what hangs on a service is what is lost when it is taken away', () => {
  fc.assert(
    fc.property(randomCalls, fc.uniqueArray(name, { minLength: 1 }), (edges, entries) => {
      const { gates } = serviceStructure(edges, entries);
      const all = reached(edges, entries);
      for (const service of all) {
        const without = reached(edges, entries, service);
        const lost = [...all].filter((other) => other !== service && !without.has(other)).sort();
        expect(gates.get(service)).toEqual(lost);
      }
    }),
  );
});

test('two services are in one circle exactly when each reaches the other', () => {
  fc.assert(
    fc.property(randomCalls, (edges) => {
      const { cycles } = serviceStructure(edges);
      const after = (node: string) =>
        reached(
          edges,
          edges.flatMap(({ from, to }) => (from === node ? [to] : [])),
        );
      for (const one of 'abcdef') {
        for (const other of 'abcdef') {
          const together = cycles.some((circle) => circle.includes(one) && circle.includes(other));
          expect(together).toBe(after(one).has(other) && after(other).has(one));
        }
      }
    }),
  );
});

test('a chain of 100,000 is no trouble for the algorithms', () => {
  const size = 100_000;
  const successors = Array.from({ length: size }, (_, node) => [(node + 1) % size]);
  expect(stronglyConnected({ successors }).map(({ length }) => length)).toEqual([size]);
  expect(immediateDominators({ successors }, 0)[size - 1]).toBe(size - 2);
});
