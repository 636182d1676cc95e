import { expect, test } from 'vitest';
import type { Look } from '../report/looks.ts';
import { drawTrial, type Trial, troubleKinds } from './trial.ts';
import { judge } from './verdict.ts';

const trial: Trial = {
  ...drawTrial(1),
  fault: { service: 'payments', trouble: { kind: 'kill' }, from: 10_000, until: 15_000 },
  until: 17_000,
};

function looks(...named: string[]): Look[] {
  return named.map((names, index) => ({
    at: 8_000 + index * 1_000,
    named: names.split(' ').filter(Boolean),
  }));
}

test('the one that most looks name first while the trouble lasts counts, and how soon the right one was named', () => {
  const verdict = judge(
    trial,
    looks('', '', '', 'orders payments', 'payments orders', 'payments', 'payments'),
  );
  expect(verdict).toEqual({
    right: true,
    named: 'payments',
    looks: 4,
    first: 3,
    firstTwo: 4,
    noticedAfter: 2_000,
    calmLooks: 2,
    falseAlarms: 0,
  });
});

test('half of the looks are not most of them, and nobody named is nobody found', () => {
  expect(judge(trial, looks('', '', 'payments', 'orders')).right).toBe(false);
  expect(judge(trial, looks('', '', ''))).toMatchObject({
    right: false,
    named: undefined,
    noticedAfter: undefined,
  });
});

test('who is named in the calm was named for nothing', () => {
  expect(judge(trial, looks('orders', '', 'payments'))).toMatchObject({
    calmLooks: 2,
    falseAlarms: 1,
    right: true,
  });
});

test('a seed determines its trial, and seeds that follow each other go through all kinds', () => {
  expect(drawTrial(7)).toEqual(drawTrial(7));
  const kinds = troubleKinds.map((_, index) => drawTrial(40 + index).fault.trouble.kind);
  expect(new Set(kinds)).toEqual(new Set(troubleKinds));
});

test('whatever the seed, the calm before the trouble is long enough to learn from', () => {
  for (let seed = 0; seed < 300; seed++) {
    const { fault, wave, until } = drawTrial(seed);
    expect(fault.from).toBeGreaterThanOrEqual(14_000);
    expect(wave.until).toBeLessThan(fault.from);
    expect(fault.until).toBeGreaterThan(fault.from);
    expect(until).toBeLessThan(36_000);
  }
});
