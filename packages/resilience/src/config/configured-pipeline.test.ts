import { isHoldfastError, ManualWorld } from '@holdfast/core';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { CircuitBreaker } from '../breaker/circuit-breaker.ts';
import type { Keyed } from '../keyed/keyed.ts';
import type { PipelineConfiguration, PolicyConfiguration } from './configuration.ts';
import {
  analyseConfiguration,
  type ConfigurationReloadedEvent,
  configurationProblems,
  configurationReloaded,
  configuredPipeline,
} from './configured-pipeline.ts';
import { policyVariants } from './policy-types.ts';
import type { Fields, Shape } from './shape.ts';

let world: ManualWorld;

beforeEach(() => {
  world = new ManualWorld();
});

const failing = () => Promise.reject(new Error('down'));

const everything: PipelineConfiguration = {
  name: 'orders',
  policies: [
    { type: 'fallback', substitute: 'emptyCart', judgeError: 'always' },
    { type: 'feature-switch', substitute: 'emptyCart' },
    { type: 'stale-cache', maxAge: '1m', maxEntries: 10 },
    { type: 'timeout', name: 'total', duration: '1m' },
    { type: 'coalesce', maxKeys: 100 },
    {
      type: 'retry',
      maxAttempts: 4,
      backoff: { type: 'exponential', initial: '10ms', max: '1s', jitter: 'none' },
      budget: 'shared',
      load: 'noLoad',
    },
    { type: 'hedge', delay: '50ms', maxAttempts: 2, budget: 'shared' },
    {
      type: 'circuit-breaker',
      window: { type: 'count', size: 50 },
      failureRate: 'off',
      consecutiveFailures: 5,
      halfOpen: { probes: 2 },
      severityWeights: { low: 0 },
    },
    { type: 'keyed', policy: { type: 'bulkhead', maxConcurrent: 5 }, maxKeys: 10, idleAfter: '1m' },
    { type: 'timeout', duration: 250 },
  ],
  budgets: { shared: { ratio: 0.1, window: '5s', minimum: 3 } },
};
const functions = { emptyCart: () => 'empty', always: () => 'failure', noLoad: () => 0 };

/** What is wrong with `policies`, as paths. */
function paths(...policies: unknown[]): string[] {
  return configurationProblems({ policies }).map(({ path }) => path);
}

describe('a pipeline from configuration', () => {
  test('does what its policies say', async () => {
    const calls = configuredPipeline<string>(everything, { functions, world });
    const call = calls.tryExecute(failing, { key: 'a' });
    await world.advance('2m');
    expect(await call).toEqual({ ok: true, value: 'empty', degradedBy: 'fallback' });
    expect(calls.policies.map(({ name }) => name)).toEqual([
      'fallback',
      'feature',
      'stale-cache',
      'total',
      'coalesce',
      'retry',
      'hedge',
      'breaker',
      'keyed',
      'timeout',
    ]);
    expect([calls.name, calls.configuration]).toEqual(['orders', everything]);
  });

  test('runs synchronous operations too, and throws what they throw', () => {
    const calls = configuredPipeline({ policies: [{ type: 'circuit-breaker', consecutiveFailures: 1 }] });
    expect(calls.executeSync(() => 7)).toBe(7);
    expect(calls.tryExecuteSync(() => 7)).toEqual({ ok: true, value: 7 });
  });

  test('has the defaults of the policies where it says nothing', () => {
    const { policies } = configuredPipeline({
      policies: [{ type: 'adaptive-breaker' }, { type: 'concurrency-limit' }, { type: 'throttle' }],
    });
    expect(policies.map(({ name }) => name)).toEqual(['adaptive-breaker', 'concurrency-limit', 'throttle']);
  });

  test('every type of backoff is there', async () => {
    const waits = async (backoff: object) => {
      const policies = [{ type: 'retry', maxAttempts: 4, backoff } as PolicyConfiguration];
      const at: number[] = [];
      const start = world.clock.now();
      const call = configuredPipeline({ policies }, { world }).tryExecute(() => {
        at.push((world.clock.now() - start) / 1_000);
        return failing();
      });
      await world.advance('1h');
      await call;
      return at.slice(1).map((time, index) => time - at[index]!);
    };
    expect(await waits({ type: 'constant', delay: 5 })).toEqual([5, 5, 5]);
    expect(await waits({ type: 'linear', initial: 5, step: 1, jitter: 'none' })).toEqual([5, 6, 7]);
    expect(await waits({ type: 'exponential', initial: 1, factor: 3, jitter: 'none' })).toEqual([1, 3, 9]);
    expect(await waits({ type: 'fibonacci', initial: 1, jitter: 'none' })).toEqual([1, 2, 3]);
    expect(await waits({ type: 'delays', list: [1, '7ms'] })).toEqual([1, 7, 7]);
    for (const wait of await waits({ type: 'decorrelated', initial: 10, max: 20 })) {
      expect(wait).toBeGreaterThanOrEqual(10);
      expect(wait).toBeLessThanOrEqual(20);
    }
  });
});

describe('what cannot work', () => {
  test('is named with its path and value, all of it at once', () => {
    const wrong = {
      polices: [],
      policies: [
        { type: 'retry', maxAttempts: 0, backof: {}, budget: 'nobody' },
        { type: 'circuit-breaker', failureRate: 7, window: { type: 'count' }, halfOpen: { probe: 1 } },
        { type: 'brake' },
        { type: 'timeout', duration: '5 minutes' },
        'bulkhead',
        { type: 'fallback', substitute: 'missing' },
        { type: 'keyed', policy: { type: 'bulkhead', maxConcurrent: 0 } },
        { type: 'retry', idempotent: 'yes', backoff: { type: 'delays', list: [] } },
      ],
      budgets: { shared: { ratio: -1 } },
    } as unknown as PipelineConfiguration;
    const make = () => configuredPipeline(wrong, { functions });
    expect(make).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
    expect(make).toThrow('policies[0].maxAttempts is 0, but must be a whole number from 1 to 1000');
    expect(make).toThrow(
      "policies[2].type is \"brake\", but must be one of 'adaptive-breaker', 'adaptive-timeout', ",
    );
    expect(make).toThrow(
      'policies[5].substitute is "missing", but must be the name of a function: one of \'emptyCart\'',
    );
    expect(configurationProblems(wrong).map(({ path }) => path)).toEqual([
      'polices',
      'policies[0].maxAttempts',
      'policies[0].backof',
      'policies[0].budget',
      'policies[1].failureRate',
      'policies[1].window.size',
      'policies[1].halfOpen.probe',
      'policies[2].type',
      'policies[3].duration',
      'policies[4]',
      'policies[6].policy.maxConcurrent',
      'policies[7].idempotent',
      'policies[7].backoff.list',
      'budgets.shared.ratio',
    ]);
  });

  test('is also what only fits by itself', () => {
    expect(paths({ type: 'retry', backoff: { type: 'linear', initial: '1m', max: '1s' } })).toEqual([
      'policies[0].backoff.max',
    ]);
  });

  test('is two policies that a reload could not tell apart', () => {
    const twice: PolicyConfiguration = { type: 'timeout', duration: 1 };
    expect(paths(twice, twice)).toEqual(['policies[1].name']);
    expect(paths(twice, { ...twice, name: 'other' }, { type: 'retry', name: 'other' })).toEqual([]);
  });

  test.each([
    [null],
    [undefined],
    [7],
    [[]],
    ['{}'],
    [{}],
    [{ policies: {} }],
    [{ policies: [] }],
    [{ policies: [null] }],
  ])('is %j', (configuration) => {
    expect(configurationProblems(configuration)).not.toEqual([]);
  });

  test('is a field that every object has, and a type, too', () => {
    expect(paths(JSON.parse('{ "type": "retry", "__proto__": {}, "constructor": 1 }'))).toEqual([
      'policies[0].__proto__',
      'policies[0].constructor',
    ]);
    expect(paths({ type: 'toString' })).toEqual(['policies[0].type']);
  });

  test('is a function that is none', () => {
    const broken = { emptyCart: 7 as unknown as () => void };
    expect(() => configuredPipeline(everything, { functions: broken })).toThrow('functions.emptyCart is 7');
  });
});

/** Fields whose values have to fit those of others, which only the policies themselves know. */
const fitsOthersOrNot = /\.(backoff\.max|max|initial|burst|limit|minimumThroughput)$/;

test('what the check lets through can be built', () => {
  const configurations = fc.array(
    fc.oneof(...Object.entries(policyVariants).map(([type, fields]) => variantOf(type, fields))),
    {
      minLength: 1,
      maxLength: 3,
    },
  );
  fc.assert(
    fc.property(configurations, (policies) => {
      const named = policies.map((policy, index) => ({ ...policy, name: `p${index}` }));
      const problems = configurationProblems({ policies: named });
      expect(problems.filter(({ path }) => !fitsOthersOrNot.test(path))).toEqual([]);
      if (problems.length === 0) analyseConfiguration({ policies: named });
    }),
  );
});

/** Values that the check lets through: its own limits, and some between. */
function allowedValue(shape: Shape): fc.Arbitrary<unknown> {
  switch (shape.is) {
    case 'text':
    case 'function':
      return fc.string({ minLength: 1 });
    case 'budget':
      return fc.constant(undefined);
    case 'flag':
      return fc.boolean();
    case 'number': {
      const between = shape.whole
        ? fc.integer({ min: shape.min, max: Math.min(shape.max, 10_000) })
        : fc.double({ min: shape.min, max: shape.max, noNaN: true });
      return fc.oneof(fc.constantFrom(shape.min, Math.min(shape.max, 10_000)), between);
    }
    case 'duration':
      return fc.oneof(
        fc.constantFrom('1us', '1.5s', '2m', '7d', 0.001),
        fc.integer({ min: shape.positive ? 1 : 0, max: 1_000_000 }),
      );
    case 'choice':
      return fc.constantFrom(...shape.of);
    case 'either':
      return fc.oneof(...shape.of.map(allowedValue));
    case 'list':
      return fc.array(allowedValue(shape.of), { minLength: shape.min, maxLength: 3 });
    case 'map':
      return fc.constant({});
    case 'record':
      return fieldsOf(shape.fields);
    case 'variants':
      return fc.oneof(...Object.entries(shape.of).map(([type, fields]) => variantOf(type, fields)));
  }
}

function fieldsOf(fields: Fields): fc.Arbitrary<object> {
  const required = Object.keys(fields).filter((name) => fields[name]!.required);
  const values = Object.fromEntries(
    Object.entries(fields).map(([name, shape]) => [name, allowedValue(shape)]),
  );
  return fc.record(values, { requiredKeys: required });
}

function variantOf(type: string, fields: Fields): fc.Arbitrary<object> {
  return fieldsOf(fields).map((options) => ({ type, ...options }));
}

describe('a reload', () => {
  const breaking = (
    openDuration: string,
    more: readonly PolicyConfiguration[] = [],
  ): PipelineConfiguration => ({
    policies: [
      {
        type: 'circuit-breaker',
        name: 'payments',
        consecutiveFailures: 1,
        openDuration,
      } as PolicyConfiguration,
      ...more,
    ],
  });

  test('keeps the state of what has the same type and name, and says what has changed', async () => {
    const calls = configuredPipeline(breaking('1m', [{ type: 'timeout', duration: '1s' }]), { world });
    const [breaker] = calls.policies;
    await calls.tryExecute(failing);
    const events: ConfigurationReloadedEvent[] = [];
    const stop = configurationReloaded.subscribe((event) => events.push(event));
    const changes = calls.reload(breaking('2m', [{ type: 'bulkhead', maxConcurrent: 1 }]));
    stop();
    expect(calls.policies[0]).toBe(breaker);
    expect(await calls.tryExecute(() => 1)).toMatchObject({ error: { code: 'BREAKER_OPEN' } });
    expect(changes).toEqual([
      { type: 'circuit-breaker', name: 'payments', change: 'reconfigured' },
      { type: 'bulkhead', name: 'bulkhead', change: 'added' },
      { type: 'timeout', name: 'timeout', change: 'removed' },
    ]);
    expect(events).toEqual([{ pipeline: 'pipeline', policies: ['payments', 'bulkhead'], changes }]);
  });

  test('reaches functions that are wrapped already', async () => {
    const calls = configuredPipeline(breaking('1m'), { world });
    const half = calls.wrap(async (n: number) => n / 2);
    expect(await half(4)).toBe(2);
    const limited: PolicyConfiguration = { type: 'rate-limiter', limit: 1, period: '1h' };
    calls.reload({ policies: [limited] });
    expect(await half(4)).toBe(2);
    await expect(half(4)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  });

  test('brings a field that is left out back to its default', async () => {
    const calls = configuredPipeline(
      { policies: [{ type: 'circuit-breaker', consecutiveFailures: 1 }] },
      { world },
    );
    calls.reload({ policies: [{ type: 'circuit-breaker' }] });
    await calls.tryExecute(failing);
    expect((calls.policies[0] as CircuitBreaker).state).toBe('closed');
  });

  test('changes nothing when the new configuration cannot work', async () => {
    const calls = configuredPipeline(breaking('1m'), { world });
    const before = [calls.current, calls.configuration];
    const wrong = breaking('2m', [{ type: 'retry', backoff: { type: 'linear', initial: '1m', max: '1s' } }]);
    expect(() => calls.reload(wrong)).toThrow('policies[1].backoff.max is "1s"');
    expect([calls.current, calls.configuration]).toEqual(before);
    await calls.tryExecute(failing);
    await world.advance('1m');
    expect((calls.policies[0] as CircuitBreaker).state).toBe('half-open');
  });

  test('of the same configuration changes nothing at all', () => {
    const calls = configuredPipeline(everything, { functions, world });
    const { policies } = calls;
    expect(calls.reload(structuredClone(everything))).toEqual([]);
    expect(calls.policies).toEqual(policies);
    expect(calls.policies.every((policy, index) => policy === policies[index])).toBe(true);
  });

  test('lets calls under way end on what they began with', async () => {
    const retrying = (maxAttempts: number): PipelineConfiguration => ({
      policies: [{ type: 'retry', maxAttempts, backoff: { type: 'constant', delay: '1s' } }],
    });
    const calls = configuredPipeline(retrying(3), { world });
    let attempts = 0;
    const operation = () => {
      attempts++;
      return failing();
    };
    const before = calls.tryExecute(operation);
    expect(calls.reload(retrying(1))).toEqual([{ type: 'retry', name: 'retry', change: 'replaced' }]);
    await world.advance('1m');
    await before;
    expect(attempts).toBe(3);
    await calls.tryExecute(operation);
    expect(attempts).toBe(4);
  });

  test('keeps what a budget has counted', async () => {
    const budgeted = (minimum: number): PipelineConfiguration => ({
      policies: [
        { type: 'retry', maxAttempts: 9, backoff: { type: 'constant', delay: 0 }, budget: 'shared' },
      ],
      budgets: { shared: { ratio: 0, minimum, window: '1d' } },
    });
    let attempts = 0;
    const call = () => calls.tryExecute(() => Promise.reject(new Error(`${++attempts}`)));
    const calls = configuredPipeline(budgeted(2), { world });
    await call();
    expect(attempts).toBe(3);
    expect(calls.reload(budgeted(3))).toEqual([{ type: 'budget', name: 'shared', change: 'reconfigured' }]);
    await call();
    expect(attempts).toBe(5);
  });

  test('reaches the policy of every key, and keeps its state', async () => {
    const perHost = (openDuration: string): PipelineConfiguration => ({
      policies: [
        {
          type: 'keyed',
          policy: { type: 'circuit-breaker', consecutiveFailures: 1, openDuration } as never,
        },
      ],
    });
    const calls = configuredPipeline(perHost('1m'), { world });
    const breakers = calls.policies[0] as Keyed<'BREAKER_OPEN', never>;
    await calls.tryExecute(failing, { key: 'a' });
    const breaker = breakers.of('a') as CircuitBreaker;
    calls.reload(perHost('1s'));
    expect(calls.policies[0]).toBe(breakers);
    expect(breakers.of('a')).toBe(breaker);
    expect(breaker.state).toBe('open');
    await world.advance('1m');
    await calls.tryExecute(failing, { key: 'a' });
    await world.advance('1s');
    expect(breaker.state).toBe('half-open');
    calls.reload({ policies: [{ type: 'keyed', policy: { type: 'bulkhead', maxConcurrent: 1 } }] });
    expect(breakers.of('a').kind).toBe('bulkhead');
  });

  test('keeps what a rate limit has granted, unless the way of counting changes', async () => {
    const limited = (limit: number, algorithm: 'gcra' | 'fixed-window'): PipelineConfiguration => ({
      policies: [{ type: 'rate-limiter', limit, period: '1h', algorithm }],
    });
    const calls = configuredPipeline(limited(1, 'gcra'), { world });
    await calls.execute(() => 1);
    expect(calls.reload(limited(2, 'gcra'))).toMatchObject([{ change: 'reconfigured' }]);
    expect((await calls.tryExecute(() => 1)).ok).toBe(true);
    expect(await calls.tryExecute(() => 1)).toMatchObject({ error: { code: 'RATE_LIMITED' } });
    expect(calls.reload(limited(2, 'fixed-window'))).toMatchObject([{ change: 'replaced' }]);
    expect((await calls.tryExecute(() => 1)).ok).toBe(true);
  });

  test('keeps what a cache holds and why a feature is off', async () => {
    const cached = (maxEntries: number, substitute: string): PipelineConfiguration => ({
      policies: [
        { type: 'feature-switch', substitute },
        { type: 'stale-cache', maxEntries },
      ],
    });
    const calls = configuredPipeline<string>(cached(10, 'one'), {
      functions: { one: () => 'one', two: () => 'two' },
      world,
    });
    for (const key of ['a', 'b', 'c']) await calls.execute(() => `good ${key}`, { key });
    calls.reload(cached(2, 'two'));
    expect(await calls.execute(failing, { key: 'c' })).toBe('good c');
    await expect(calls.execute(failing, { key: 'a' })).rejects.toThrow('down');
    const [feature] = calls.policies as unknown as [{ switchOff(reason: string): void }];
    feature.switchOff('maintenance');
    calls.reload(cached(2, 'one'));
    expect(await calls.execute(() => 'on', { key: 'c' })).toBe('one');
  });
});

test('a configuration can be analysed without its code', () => {
  const { attempts, latency, findings } = analyseConfiguration(everything);
  expect([attempts, latency]).toEqual([8, 60_000]);
  expect(findings.map(({ code }) => code)).toEqual([]);
  const wrong = () => analyseConfiguration({ policies: [{ type: 'timeout' }] });
  expect(wrong).toThrow('policies[0].duration is undefined');
  expect(() => wrong()).toThrow(expect.toSatisfy(isHoldfastError));
});
