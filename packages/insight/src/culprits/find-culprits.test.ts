import { describe, expect, test } from 'vitest';
import { type Plan, runLittleSystem, type ServicePlan, type Trouble } from '../../test/little-system.ts';
import { seeded } from '../../test/seeded.ts';
import { sketch } from '../../test/sketch.ts';
import { SpanList } from '../../test/span-list.ts';
import type { ResourceReadings, ResourceSource } from '../model/resource-source.ts';
import type { Culprit } from './culprit.ts';
import { type CulpritQuery, findCulprits } from './find-culprits.ts';

const epoch = 1_700_000_000_000;
const [calm, storm] = [10_000, 6_000];

const service = (name: string, more: Partial<ServicePlan>): ServicePlan => ({
  name,
  work: 6,
  workers: 12,
  instances: 1,
  callees: [],
  database: undefined,
  operations: [`GET /${name}`],
  retries: 1,
  breaker: true,
  parallel: false,
  ...more,
});

/** A shop: `orders` stands between the gateway and those that a storm is about. */
const shop: Plan = {
  rate: 25,
  services: [
    service('gateway', { callees: ['catalogue', 'orders'] }),
    service('catalogue', { database: 'catalogue-db' }),
    service('orders', { callees: ['stock', 'payments'], breaker: false }),
    service('stock', { instances: 2 }),
    service('payments', { callees: ['bank'] }),
    service('bank', {}),
  ],
};

async function culpritsOf(...troubles: Omit<Trouble, 'from' | 'until'>[]): Promise<readonly Culprit[]> {
  const placed = troubles.map((trouble) => ({
    ...trouble,
    from: calm + 1_000,
    until: calm + (trouble.kind === 'paused' ? 3_000 : storm),
  }));
  const spans = await runLittleSystem(shop, placed, calm + storm, seeded(3));
  return findCulprits(new SpanList(spans), {
    baseline: { from: epoch, to: epoch + calm },
    current: { from: epoch + calm, to: epoch + calm + storm },
  });
}

describe('the one to blame is named first, whoever waits for it or fails with it', () => {
  test('where nothing is wrong, nobody', async () => {
    expect(await culpritsOf()).toEqual([]);
  });

  test('a slow service, with the numbers', async () => {
    const [first] = await culpritsOf({ kind: 'slow', service: 'payments' });
    expect(first).toMatchObject({
      kind: 'slow',
      severity: 'alarm',
      service: 'payments',
      operation: 'GET /payments',
      text: 'payments is slow in GET /payments',
    });
    expect(first!.share).toBeGreaterThan(0.8);
    expect(first!.evidence[0]).toMatch(/^It adds \d+ ms to a request, which took \d+ ms before\.$/);
    expect(first!.evidence[1]).toMatch(/^GET \/payments takes \d+ ms of its own, [\d.]+ ms before\.$/);
    expect(first!.traceIds.length).toBe(5);
  });

  test('a slow database, of which no span comes', async () => {
    const [first] = await culpritsOf({ kind: 'slow', service: 'catalogue-db' });
    expect(first).toMatchObject({ kind: 'slow', service: 'catalogue-db' });
  });

  test('a service that fails, though breakers open above it', async () => {
    const [first] = await culpritsOf({ kind: 'broken', service: 'bank' });
    expect(first).toMatchObject({ kind: 'failing', service: 'bank' });
    expect(first!.evidence.join('\n')).toMatch(/requests failed in itself/);
    expect(first!.evidence.join('\n')).toMatch(/failed in .*payments.* without a call to it/);
  });

  test('a killed process, of which no span comes any more', async () => {
    const [first] = await culpritsOf({ kind: 'killed', service: 'bank' });
    expect(first).toMatchObject({ kind: 'gone', service: 'bank', text: 'bank does not answer' });
  });

  test('a process that stands still, with queues in front of its callers', async () => {
    const [first] = await culpritsOf({ kind: 'paused', service: 'payments' });
    expect(first).toMatchObject({ service: 'payments' });
  });

  test('the one instance of two that is slow', async () => {
    const [first] = await culpritsOf({ kind: 'one-instance', service: 'stock' });
    expect(first).toMatchObject({ kind: 'slow', service: 'stock', instance: 'stock-0' });
    expect(first!.text).toBe('stock (stock-0) is slow in GET /stock');
  });

  test('of two troubles both', async () => {
    const culprits = await culpritsOf(
      { kind: 'slow', service: 'stock' },
      { kind: 'broken', service: 'bank' },
    );
    expect(
      culprits
        .slice(0, 2)
        .map((culprit) => culprit.service)
        .sort(),
    ).toEqual(['bank', 'stock']);
  });
});

test('what chance may explain is named only when asked for', async () => {
  const request = (index: number, failed: boolean) =>
    sketch(`shop: GET / server ${index * 100}..${index * 100 + 20}${failed ? ' !' : ''}`, `t${index}`);
  const spans = Array.from({ length: 40 }, (_, index) =>
    request(index, index % 10 === 3 || index > 37),
  ).flat();
  const windows = {
    baseline: { from: epoch, to: epoch + 2_000 },
    current: { from: epoch + 2_000, to: epoch + 4_000 },
  };
  expect(await findCulprits(new SpanList(spans), windows)).toEqual([]);
  expect(await findCulprits(new SpanList(spans), { ...windows, unsure: true })).toMatchObject([
    {
      service: 'shop',
      kind: 'failing',
      evidence: ['4 of its 20 requests failed in itself, and not in whom it calls.'],
    },
  ]);
});

/** Requests of a shop, one every 100 ms, as `drawing` makes them of their numbers. */
async function culpritsAmong(
  drawing: (index: number) => string,
  more: Partial<CulpritQuery> = {},
): Promise<readonly Culprit[]> {
  const spans = Array.from({ length: 100 }, (_, index) =>
    sketch(drawing(index), `t${index}`).map((span) => ({ ...span, start: span.start + index * 100_000 })),
  ).flat();
  return findCulprits(new SpanList(spans), {
    baseline: { from: epoch, to: epoch + 5_000 },
    current: { from: epoch + 5_000, to: epoch + 10_000 },
    ...more,
  });
}

test('calls that fail and are tried again are no load', async () => {
  const [first] = await culpritsAmong((index) =>
    index < 50
      ? `
        shop: GET / server 0..40
          shop: call stock client 5..15
            stock: GET /stock server 6..14
        `
      : `
        shop: GET / server 0..40 !
          shop: call stock client 5..15 !
            stock: GET /stock server 6..14 !
          shop: call stock client 16..26 !
            stock: GET /stock server 17..25 !
          shop: call stock client 27..37 !
            stock: GET /stock server 28..36 !
        `,
  );
  expect(first).toMatchObject({ service: 'stock', kind: 'failing' });
});

test('who refuses before it calls anybody does so by itself, unless its callee is so late that requests pile up', async () => {
  const culprits = (late: number): Promise<readonly Culprit[]> =>
    culpritsAmong((index) => {
      if (index >= 50 && index % 10 < 4) return 'shop: GET / server 0..1 !';
      const took = index < 50 ? 10 : 10 + late;
      return `
        shop: GET / server 0..${30 + took}
          shop: call stock client 5..${5 + took}
            stock: GET /stock server 6..${4 + took}
        `;
    });
  expect((await culprits(4))[0]).toMatchObject({ service: 'shop', kind: 'failing' });
  expect((await culprits(200))[0]).toMatchObject({ service: 'stock' });
});

test('who is slow stands out also where each request takes a course of its own', async () => {
  const culprits = await culpritsAmong((index) => {
    const took = index < 50 ? 10 : 60;
    return `
      shop: GET / server 0..${30 + took}
        shop: call stock client 5..${5 + took}
          stock: GET /stock server 6..${4 + took}
            stock: step ${index} 6..7
            stock: read 7..8
      `;
  });
  expect(culprits[0]).toMatchObject({ service: 'stock', kind: 'slow' });
});

test('who fails is worse than who takes twice as long', async () => {
  const [first, second] = await culpritsAmong((index) => {
    const bank = index >= 50 && index % 10 < 4;
    return `
      shop: GET / server 0..${index < 50 ? 40 : 80}${bank ? ' !' : ''}
        shop: call stock client 5..${index < 50 ? 15 : 55}
          stock: GET /stock server 6..${index < 50 ? 14 : 54}
        shop: call bank client ${index < 50 ? '20..30' : '60..70'}${bank ? ' !' : ''}
          bank: GET /bank server ${index < 50 ? '21..29' : '61..69'}${bank ? ' !' : ''}
      `;
  });
  expect([first?.service, second?.service]).toEqual(['bank', 'stock']);
});

/** Stock and the bank become slow at the same time, the bank a little more. */
const bothSlow = (index: number): string => {
  const [stock, bank] = index < 50 ? [10, 10] : [50, 60];
  return `
    shop: GET / server 0..${30 + stock + bank}
      shop: call stock client 5..${5 + stock}
        stock: GET /stock server 6..${4 + stock}
      shop: call bank client ${10 + stock}..${10 + stock + bank}
        bank: GET /bank server ${11 + stock}..${9 + stock + bank}
    `;
};

test('of two that are slow, the one that uses up its CPU comes before the one that has time', async () => {
  expect((await culpritsAmong(bothSlow)).map(({ service }) => service)).toEqual(['bank', 'stock']);
  const cpu = (service: string, ...levels: readonly number[]): ResourceReadings => ({
    ...{ service, instance: undefined, measure: 'cpu', levels },
  });
  const resources: ResourceSource = {
    resources: async ({ from }) =>
      from < epoch + 5_000
        ? [cpu('stock', 0.2, 0.2, 0.3, 0.2, 0.2), cpu('bank', 0.2, 0.2, 0.2, 0.3, 0.2)]
        : [cpu('stock', 0.9), cpu('bank', 0.2)],
  };
  const [first, second] = await culpritsAmong(bothSlow, { resources });
  expect([first?.service, second?.service]).toEqual(['stock', 'bank']);
  expect(first!.evidence.at(-1)).toBe('stock uses 90% of its CPU, 20% before.');
});

test('who hurts nobody is not accused, whatever it uses', async () => {
  const idle: ResourceSource = {
    resources: async ({ from }) => [
      {
        ...{ service: 'stock', instance: undefined, measure: 'cpu' },
        levels: from < epoch + 5_000 ? [0, 0, 0, 0, 0] : [1],
      },
    ],
  };
  const calm = (): string => bothSlow(0);
  expect(await culpritsAmong(calm, { resources: idle })).toEqual([]);
});

test('whose answers end requests that went on before is accused, where something is known to be wrong', async () => {
  const drawing = (index: number): string => {
    const isWrong = index < 50 ? index % 10 === 0 : index % 5 > 0;
    const stock = `
        shop: call stock client 5..15
          stock: GET /stock server 6..14`;
    const bank = `
        shop: call bank client 20..30
          bank: POST /pay server 21..29`;
    return isWrong
      ? `
      shop: POST / server 0..18${stock}`
      : `
      shop: POST / server 0..35${stock}${bank}`;
  };
  const [first, ...others] = await culpritsAmong(drawing, { unsure: true });
  expect(first).toMatchObject({ service: 'stock', kind: 'failing', operation: 'GET /stock' });
  expect(first!.evidence).toEqual(['80% of all requests leave their usual course with it.']);
  expect(others).toEqual([]);
  // Or else a cache has filled.
  expect(await culpritsAmong(drawing)).toEqual([]);
});

test('of two troubles, one after the other, the newest counts most where it is told to', async () => {
  const failing = (who: string, isFailing: boolean): string => {
    const [stock, bank] = ['stock', 'bank'].map((name) => (isFailing && name === who ? ' !' : ''));
    return `
      shop: GET / server 0..40${isFailing ? ' !' : ''}
        shop: call stock client 5..15${stock}
          stock: GET /stock server 6..14${stock}
        shop: call bank client 20..30${bank}
          bank: GET /bank server 21..29${bank}
      `;
  };
  const troubles = (index: number): string =>
    failing(index < 80 ? 'stock' : 'bank', index >= 50 && index % 5 > 0 && (index < 80 || index >= 86));
  const named = async (more: Partial<CulpritQuery>): Promise<readonly string[]> =>
    (await culpritsAmong(troubles, more)).map(({ service }) => service);
  expect(await named({})).toEqual(['stock', 'bank']);
  expect(await named({ halfLife: 500 })).toEqual(['bank', 'stock']);
});

test('it stops when it is told to', async () => {
  const signal = AbortSignal.abort(new Error('enough'));
  const source = {
    // biome-ignore lint/correctness/useYield: there is nothing to give
    async *traces(_: unknown, given?: AbortSignal) {
      given?.throwIfAborted();
    },
    trace: async () => [],
  };
  const window = { from: 0, to: 1 };
  await expect(findCulprits(source, { current: window, baseline: window, signal })).rejects.toThrow('enough');
});

test('it refuses a window that makes no sense, and a number of traces that is none', async () => {
  const source = new SpanList([]);
  const window = { from: 0, to: 1 };
  const backwards = { from: 2, to: 1 };
  await expect(findCulprits(source, { current: backwards, baseline: window })).rejects.toThrow(
    /current is "2 to 1"/,
  );
  await expect(findCulprits(source, { current: window, baseline: window, tracesMax: 0 })).rejects.toThrow(
    /tracesMax is 0/,
  );
  await expect(findCulprits(source, { current: window, baseline: window, halfLife: 0 })).rejects.toThrow(
    /halfLife is 0/,
  );
  expect(await findCulprits(source, { current: window, baseline: window })).toEqual([]);
});
