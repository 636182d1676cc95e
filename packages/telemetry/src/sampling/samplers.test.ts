import { ManualWorld, seededRandom } from '@holdfast/core';
import { type Attributes, DiagLogLevel, diag, SpanKind } from '@opentelemetry/api';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { adaptive } from './adaptive.ts';
import { alwaysOff, alwaysOn } from './constant.ts';
import { errorsAlways } from './errors-always.ts';
import { parentBased } from './parent-based.ts';
import { prioritised } from './prioritised.ts';
import type { SampledParent, Sampler } from './sampler.ts';
import { samplerFromEnvironment } from './sampler-from-environment.ts';
import { traceRatio } from './trace-ratio.ts';

const local = (sampled: boolean): SampledParent => ({ sampled, remote: false });
const remote = (sampled: boolean): SampledParent => ({ sampled, remote: true });
const decide = (
  sampler: Sampler,
  parent?: SampledParent,
  { attributes, kind = SpanKind.SERVER, name = 'span', randomness = 0 }: Partial<Begun> = {},
) => sampler.decide(parent, randomness, name, kind, attributes);

interface Begun {
  readonly name: string;
  readonly kind: SpanKind;
  readonly attributes: Attributes;
  readonly randomness: number;
}

describe('a ratio', () => {
  test('chooses that share of traces, and a greater one all that a smaller one chooses', () => {
    const random = seededRandom('ratio');
    const draws = Array.from({ length: 10_000 }, () => random.uint32());
    const chosen = (ratio: number) =>
      draws.filter((randomness) => decide(traceRatio(ratio), undefined, { randomness }) === 'sample');
    expect(chosen(0)).toHaveLength(0);
    expect(chosen(1)).toHaveLength(draws.length);
    const [tenth, half] = [chosen(0.1), new Set(chosen(0.5))];
    expect(tenth.length / draws.length).toBeCloseTo(0.1, 1);
    expect(half.size / draws.length).toBeCloseTo(0.5, 1);
    expect(tenth.every((draw) => half.has(draw))).toBe(true);
  });

  test.each([-0.1, 1.1, Number.NaN])('%s is refused', (ratio) => {
    expect(() => traceRatio(ratio)).toThrow('ratio is');
  });
});

test('based on the parent: what was decided stands, unless there are others to decide', () => {
  const usual = parentBased(alwaysOff);
  expect(
    [undefined, local(true), local(false), remote(true), remote(false)].map((p) => decide(usual, p)),
  ).toEqual(['drop', 'sample', 'drop', 'sample', 'drop']);
  const other = parentBased(alwaysOn, {
    localSampled: alwaysOff,
    localUnsampled: alwaysOn,
    remoteSampled: alwaysOff,
    remoteUnsampled: alwaysOn,
  });
  expect(
    [undefined, local(true), local(false), remote(true), remote(false)].map((p) => decide(other, p)),
  ).toEqual(['sample', 'drop', 'sample', 'drop', 'sample']);
});

test('errors always: what is not sampled is held back', () => {
  expect(decide(errorsAlways(alwaysOn))).toBe('sample');
  expect(decide(errorsAlways(parentBased(alwaysOff)), remote(false))).toBe('hold');
});

describe('by priority', () => {
  const sampler = prioritised(
    [
      { name: 'GET /healthz', sampler: alwaysOff },
      { name: /^(POST|PUT) /, kind: SpanKind.SERVER, sampler: alwaysOn },
      { attributes: { 'http.route': '/checkout', vip: true }, sampler: alwaysOn },
    ],
    alwaysOff,
  );

  test.each<[Partial<Begun>, string]>([
    [{ name: 'GET /healthz' }, 'drop'],
    [{ name: 'POST /orders' }, 'sample'],
    [{ name: 'POST /orders', kind: SpanKind.CLIENT }, 'drop'],
    [{ attributes: { 'http.route': '/checkout', vip: true } }, 'sample'],
    [{ attributes: { 'http.route': '/checkout' } }, 'drop'],
    [{}, 'drop'],
    [{ attributes: { 'sampling.priority': 1 } }, 'sample'],
    [{ name: 'POST /orders', attributes: { 'sampling.priority': 0 } }, 'drop'],
  ])('%j: %s', (begun, decision) => {
    expect(decide(sampler, undefined, begun)).toBe(decision);
  });

  test('a pattern that remembers is refused', () => {
    expect(() => prioritised([{ name: /a/g, sampler: alwaysOn }], alwaysOff)).toThrow(
      'rules[0].name is "/a/g"',
    );
  });
});

describe('a budget', () => {
  interface Load {
    readonly tracesPerSecond: number;
    readonly spansPerTrace: number;
    readonly remoteTracesPerSecond?: number;
  }

  /** Spans recorded in a second, on the average of the last half of `seconds`. */
  async function recordedUnder(load: Load, spansPerSecond: number, seconds = 40): Promise<number> {
    const world = new ManualWorld();
    const random = seededRandom('load');
    const sampler = adaptive({ spansPerSecond, world, window: '5s' });
    const step = 10;
    let recorded = 0;
    const trace = (parent: SampledParent | undefined) => {
      const sampled = decide(sampler, parent, { randomness: random.uint32() }) === 'sample';
      for (let i = 1; i < load.spansPerTrace; i += 1) decide(sampler, local(sampled));
      return sampled ? load.spansPerTrace : 0;
    };
    for (let at = 0; at < seconds * 1_000; at += step) {
      await world.advance(step);
      let spans = 0;
      for (let i = 0; i < (load.tracesPerSecond * step) / 1_000; i += 1) spans += trace(undefined);
      for (let i = 0; i < ((load.remoteTracesPerSecond ?? 0) * step) / 1_000; i += 1)
        spans += trace(remote(true));
      if (at >= seconds * 500) recorded += spans;
    }
    return recorded / (seconds / 2);
  }

  test('below it everything is recorded', async () => {
    expect(await recordedUnder({ tracesPerSecond: 100, spansPerTrace: 3 }, 400)).toBe(300);
  });

  test('beyond it, about as much as it allows, whatever traces are like', async () => {
    for (const load of [
      { tracesPerSecond: 1_000, spansPerTrace: 1 },
      { tracesPerSecond: 2_000, spansPerTrace: 5 },
      { tracesPerSecond: 200, spansPerTrace: 2, remoteTracesPerSecond: 100 },
    ]) {
      const recorded = await recordedUnder(load, 300);
      expect(recorded).toBeGreaterThan(240);
      expect(recorded).toBeLessThan(360);
    }
  });

  test('traces of others alone may exceed it, and leave nothing', async () => {
    const recorded = await recordedUnder(
      { tracesPerSecond: 1_000, spansPerTrace: 1, remoteTracesPerSecond: 400 },
      300,
    );
    expect(recorded).toBeGreaterThanOrEqual(400);
    expect(recorded).toBeLessThan(440);
  });

  test('follows a load that grows a hundredfold', async () => {
    const world = new ManualWorld();
    const random = seededRandom('grows');
    const sampler = adaptive({ spansPerSecond: 100, world });
    const recordedIn = async (seconds: number, perSecond: number) => {
      let recorded = 0;
      for (let at = 0; at < seconds * 100; at += 1) {
        await world.advance(10);
        for (let i = 0; i < perSecond / 100; i += 1) {
          if (decide(sampler, undefined, { randomness: random.uint32() }) === 'sample') recorded += 1;
        }
      }
      return recorded;
    };
    expect(await recordedIn(30, 100)).toBeGreaterThan(2_900);
    // What was saved in the window may go at once.
    expect(await recordedIn(10, 10_000)).toBeLessThan(10_000);
    expect((await recordedIn(30, 10_000)) / 30).toBeLessThan(150);
  });

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])(
    '%s spans a second are refused',
    (spansPerSecond) => {
      expect(() => adaptive({ spansPerSecond })).toThrow('spansPerSecond is');
    },
  );
});

describe('OTEL_TRACES_SAMPLER', () => {
  const named = (name: string, argument?: string) =>
    samplerFromEnvironment({ OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: argument });

  test.each<[string, string | undefined, SampledParent | undefined, string]>([
    ['always_on', undefined, remote(false), 'sample'],
    ['always_off', undefined, remote(true), 'drop'],
    ['traceidratio', '0', remote(true), 'drop'],
    ['traceidratio', undefined, undefined, 'sample'],
    ['parentbased_always_on', undefined, remote(false), 'drop'],
    ['parentbased_always_off', undefined, remote(true), 'sample'],
    ['parentbased_traceidratio', '0', remote(true), 'sample'],
    ['parentbased_traceidratio', '0', undefined, 'drop'],
  ])('%s with %s', (name, argument, parent, decision) => {
    expect(decide(named(name, argument)!, parent)).toBe(decision);
  });

  test('what is none is told, and passed over', () => {
    const warn = vi.fn();
    const logger = { warn, error: warn, info: warn, debug: warn, verbose: warn };
    diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
    expect(named('jaeger_remote')).toBeUndefined();
    expect(decide(named('traceidratio', 'half')!)).toBe('sample');
    diag.disable();
    expect(warn.mock.calls.map(([text]) => text)).toEqual([
      expect.stringContaining('jaeger_remote'),
      expect.stringContaining('half'),
    ]);
    expect(samplerFromEnvironment({})).toBeUndefined();
  });
});

test('no sampler that is not told to chooses children apart from their parent', () => {
  const samplers = fc.constantFrom(
    parentBased(traceRatio(0.5)),
    adaptive({ spansPerSecond: 1 }),
    errorsAlways(parentBased(traceRatio(0.5))),
  );
  fc.assert(
    fc.property(
      samplers,
      fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      fc.boolean(),
      (sampler, randomness, isRemote) => {
        const sampled = decide(sampler, undefined, { randomness }) === 'sample';
        const parent = isRemote ? remote(sampled) : local(sampled);
        expect(decide(sampler, parent, { randomness }) === 'sample').toBe(sampled);
      },
    ),
  );
});
