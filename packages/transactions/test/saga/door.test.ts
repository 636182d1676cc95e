import { describe, expect, expectTypeOf, test } from 'vitest';
import {
  type Committed,
  memoryEngine,
  openLedger,
  type RolledBack,
  type SagaOutcome,
  type StandardSchema,
  type Stored,
  saga,
} from '../../src/index.ts';

const noop = () => {};
const step = { do: () => 1, undo: noop };
// biome-ignore lint/suspicious/noExplicitAny: as from JavaScript
type Plain = any;
const plain = (): Plain => saga('order', { version: 1 });

describe('a definition is checked at the door, in JavaScript too', () => {
  test.each([
    ['undo', () => plain().step('a', { do: noop })],
    ['a.do', () => plain().step('a', { undo: noop })],
    ['c.undo', () => plain().pivot('c', step)],
    ['name', () => plain().step('a', step).step('a', step)],
    ['name', () => plain().step('input', step)],
    ['name', () => plain().step('two words', step)],
    ['a pivot', () => plain().pivot('a', { do: noop }).pivot('b', { do: noop })],
    ['before the pivot', () => plain().ensure('a', { do: noop })],
    ['after the pivot', () => plain().pivot('a', { do: noop }).step('b', step)],
    [
      'pivot',
      () => plain().all('x', (all: Plain) => all.branch('y', (b: Plain) => b.pivot('z', { do: noop }))),
    ],
    ['x', () => plain().all('x', (all: unknown) => all)],
    ['a.timeout', () => plain().step('a', { ...step, timeout: 'soon' })],
    ['a.retry.maxAttempts', () => plain().step('a', { ...step, retry: { maxAttempts: 0 } })],
    ['a.lock', () => plain().step('a', { ...step, lock: 'key' })],
    [
      'b.lock',
      () =>
        plain()
          .pivot('a', { do: noop })
          .ensure('b', { do: noop, lock: () => 'key' }),
    ],
    ['x.a.attached', () => plain().all('x', (all: Plain) => all.step('a', { ...step, attached: true }))],
    ['pause.duration', () => plain().sleep('pause', 0)],
    ['options.version', () => saga('order', { version: 0 })],
    ['options.migrate.from', () => saga('order', { version: 2, migrate: { from: 2 } })],
    ['name', () => saga('an order', { version: 1 })],
  ])('%s', (field, define) => {
    expect(define).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', message: expect.stringContaining(field) }),
    );
  });

  test('and the input by its schema, with the issues', async () => {
    const schema: StandardSchema<{ n: number }> = {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: () => ({ issues: [{ message: 'must be positive', path: [{ key: 'n' }] }] }),
      },
    };
    const order = saga('order', { version: 1, input: schema }).step('a', step);
    const ledger = await openLedger({ engine: memoryEngine(), definitions: [order] });
    await expect(ledger.start(order, { n: 0 })).rejects.toMatchObject({
      code: 'LEDGER_INPUT_INVALID',
      message: "The input of saga 'order' is not what its schema asks for: n: must be positive",
      context: { issues: [{ message: 'must be positive' }] },
    });
    await ledger.close();
  });
});

test('types: results flow on, and wrong orders do not compile', () => {
  const order = saga<{ sku: string; at: Date }>('order', { version: 1 })
    .step('reserve', {
      do: async (c) => {
        expectTypeOf(c.input).toEqualTypeOf<{ readonly sku: string; readonly at: string }>();
        return { id: 1, at: new Date() };
      },
      undo: (c, result) => {
        expectTypeOf(c.doKey).toBeString();
        expectTypeOf(result).toEqualTypeOf<{ readonly id: number; readonly at: string } | undefined>();
      },
    })
    .all('checks', (all) =>
      all
        .step('fraud', { do: (c) => c.reserve.id, undo: noop })
        .branch('hotel', (branch) => branch.step('book', { do: () => 'room', undo: noop })),
    )
    .pivot('charge', {
      do: (c) => {
        expectTypeOf(c.checks.fraud).toBeNumber();
        expectTypeOf(c.checks.hotel.book).toBeString();
        return true;
      },
    })
    .ensure('ship', { do: (c) => [c.charge] as const });
  type Outcome = ReturnType<typeof order.result>;
  expectTypeOf<Extract<Outcome, RolledBack>>().toEqualTypeOf<RolledBack>();
  expectTypeOf<Extract<Outcome, { status: 'committed' }>['value']['ship']>().toEqualTypeOf<
    readonly [boolean]
  >();
  expectTypeOf<SagaOutcome<number>>().toEqualTypeOf<Committed<number> | RolledBack>();
  expectTypeOf<Stored<{ a: bigint; f(): void; d: Date[] }>>().toEqualTypeOf<{
    readonly a: never;
    readonly d: readonly string[];
  }>();

  const begun = () => saga('order', { version: 1 }).step('a', step);
  const wrong = () => {
    // @ts-expect-error: a step needs an undo
    begun().step('b', { do: noop });
    // @ts-expect-error: a pivot has none
    begun().pivot('b', { do: noop, undo: noop });
    // @ts-expect-error: nothing is ensured before the pivot
    begun().ensure('b', { do: noop });
    // @ts-expect-error: after the pivot nothing can be undone
    begun().pivot('b', { do: noop }).step('c', step);
    // @ts-expect-error: there is one pivot
    begun().pivot('b', { do: noop }).pivot('c', { do: noop });
    // @ts-expect-error: a name is used once
    begun().step('a', step);
    // @ts-expect-error: the context has an input already
    begun().step('input', step);
    // @ts-expect-error: branches do not see each other's results
    begun().all('x', (all) => all.step('y', step).step('z', { do: (c) => c.y, undo: noop }));
    // @ts-expect-error: a child has no pivot
    begun().child('x', begun().pivot('b', { do: noop }), () => undefined);
    // @ts-expect-error: results of later steps are not there yet
    begun().step('b', { do: (c) => c.b, undo: noop });
  };
  expect(wrong).toThrow();
});
