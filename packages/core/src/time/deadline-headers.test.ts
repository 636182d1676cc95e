import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ManualWorld } from '../world/manual-world.ts';
import { runWithDeadline } from './current-deadline.ts';
import { Deadline } from './deadline.ts';
import { deadlineFromHeaders, deadlineToHeaders, type HeaderSource } from './deadline-headers.ts';
import type { Duration } from './duration.ts';

const world = new ManualWorld();
const remaining = (headers: HeaderSource, max: Duration = '36525d') =>
  deadlineFromHeaders(headers, { world, max })?.remaining();

describe('deadlineToHeaders', () => {
  test.each<[Duration, string]>([
    ['99us', '99000n'],
    ['250ms', '250000u'],
    ['90s', '90000000u'],
    ['2m', '120000m'],
    ['7d', '604800S'],
    ['36525d', '52596000M'],
    [0, '1n'],
  ])('%s is sent as %s', (duration, value) => {
    expect(deadlineToHeaders(Deadline.after(duration, world))).toEqual({ 'grpc-timeout': value });
  });

  test('sends the current deadline, and nothing without one', () => {
    expect(deadlineToHeaders()).toEqual({});
    expect(runWithDeadline(Deadline.after('1s', world), () => deadlineToHeaders())).toEqual({
      'grpc-timeout': '1000000u',
    });
  });
});

describe('deadlineFromHeaders', () => {
  test('what was sent comes back: never longer, and shorter by less than one unit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 36_525 * 86_400_000_000 }), (micros) => {
        const back = remaining(deadlineToHeaders(new Deadline(micros, world.clock)))!;
        expect(back).toBeLessThanOrEqual(micros);
        expect(back).toBeGreaterThanOrEqual(micros * (1 - 1e-5) - 1);
      }),
    );
  });

  test.each([
    ['1H', 3_600_000_000],
    ['1M', 60_000_000],
    ['2S', 2_000_000],
    ['30m', 30_000],
    ['40u', 40],
    ['1500n', 2],
    ['00000010m', 10_000],
    ['0S', 0],
  ])('reads %s', (value, micros) => {
    expect(remaining({ 'grpc-timeout': value })).toBe(micros);
    expect(remaining(new Headers({ 'grpc-timeout': value }))).toBe(micros);
  });

  test.each<unknown>([
    '',
    '5',
    'S',
    '-1S',
    '1.5S',
    '1s',
    '123456789n',
    '1S, 2S',
    '1e3m',
    '٣S',
    ['1S', '2S'],
    undefined,
  ])('ignores %s', (value) => {
    expect(remaining({ 'grpc-timeout': value } as HeaderSource)).toBeUndefined();
  });

  test('no stranger gets more than the maximum, whatever the value', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(99_999_999), fc.constantFrom(...'HMSmun'), (junk, digits, unit) => {
        for (const value of [junk, `${digits}${unit}`]) {
          const micros = remaining({ 'grpc-timeout': value }, '2s');
          expect(micros === undefined || (micros >= 0 && micros <= 2_000_000)).toBe(true);
        }
      }),
    );
    expect(deadlineFromHeaders({ 'grpc-timeout': '99999999H' }, { world })!.remaining()).toBe(3_600_000_000);
  });

  test("reads Envoy's header, and takes the earlier of the two", () => {
    const envoy = 'x-envoy-expected-rq-timeout-ms';
    expect(remaining({ [envoy]: '150' })).toBe(150_000);
    expect(remaining({ [envoy]: '150', 'grpc-timeout': '1S' })).toBe(150_000);
    expect(remaining({ [envoy]: '150', 'grpc-timeout': '10m' })).toBe(10_000);
    expect(remaining({ [envoy]: 'soon' })).toBeUndefined();
  });

  test('without a header there is no deadline', () => {
    expect(remaining({})).toBeUndefined();
    expect(remaining(new Headers())).toBeUndefined();
  });
});
