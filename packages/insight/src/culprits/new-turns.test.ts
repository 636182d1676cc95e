import { expect, test } from 'vitest';
import { sketch } from '../../test/sketch.ts';
import { assembleTrace } from '../trace/assemble-trace.ts';
import { anatomyOf } from './anatomy.ts';
import { Expectations } from './expectations.ts';
import { NewTurns } from './new-turns.ts';
import { turnsOf } from './turns.ts';

const whole = `
  shop: POST / server 0..40
    shop: call stock client 5..15
      stock: GET /stock server 6..14
    shop: call bank client 20..35
      bank: POST /pay server 21..34
`;
const brokenOff = `
  shop: POST / server 0..22
    shop: call stock client 5..15
      stock: GET /stock server 6..14
`;

/** So many whole requests, and so many that end after the stock's answer. */
function learned(wholes: number, broken: number): Expectations {
  const expectations = new Expectations();
  for (let index = 0; index < wholes + broken; index++) {
    const drawing = index < wholes ? whole : brokenOff;
    expectations.learn(anatomyOf(assembleTrace(sketch(drawing, `t${index}`))));
  }
  return expectations;
}

/** What is new in the broken request when `now` follows on `before`. */
function found(before: Expectations, now: Expectations): string[] {
  const turns = new NewTurns(before, now);
  const anatomy = anatomyOf(assembleTrace(sketch(brokenOff)));
  return [...turnsOf(anatomy, 0, before)]
    .filter(({ after, next }) => turns.has(after, next))
    .map(({ last, isEnd }) => `${isEnd ? 'the end' : 'more'} after row ${last}`);
}

test('an end that was usual now and then, and comes most of the time, is new', () => {
  expect(found(learned(90, 10), learned(6, 24))).toEqual(['the end after row 1']);
});

test('what chance may explain is not: few requests, or a little more than before', () => {
  expect(found(learned(90, 10), learned(2, 2))).toEqual([]);
  expect(found(learned(90, 10), learned(25, 5))).toEqual([]);
  expect(found(learned(90, 10), learned(90, 10))).toEqual([]);
});

test('of an operation that nobody knew, nothing is new', () => {
  expect(found(new Expectations(), learned(10, 10))).toEqual([]);
});

test('what is repeated within a request is no more usual for it', () => {
  const expectations = new Expectations();
  const calls = Array.from({ length: 20 }, (_, index) => `shop: SELECT client ${index}..${index + 0.5}`);
  expectations.learn(
    anatomyOf(
      assembleTrace(sketch(['shop: GET / server 0..40', ...calls.map((call) => `  ${call}`)].join('\n'))),
    ),
  );
  for (const { times, of } of expectations.turns()) expect([times, of]).toEqual([1, 1]);
});
