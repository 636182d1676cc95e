import { expect, test } from 'vitest';
import { sketch } from '../../test/sketch.ts';
import { assembleTrace } from '../trace/assemble-trace.ts';
import { anatomyOf } from './anatomy.ts';
import { Expectations } from './expectations.ts';
import { turnsOf } from './turns.ts';

/** The course of the first span, as `after > next`, without the names of services. */
function course(drawing: string): string[] {
  const anatomy = anatomyOf(assembleTrace(sketch(drawing)));
  const word = (name: string): string =>
    name
      .split('\t')
      .map((each) => each.split('\n').slice(1).join(' to ').replace(/ to $/, ''))
      .join(' + ');
  return [...turnsOf(anatomy, 0, new Expectations())].map(
    ({ after, next }) => `${word(after.split('\n').slice(2).join('\n'))} > ${word(next)}`,
  );
}

test('one after another, and calls by whom they call', () => {
  expect(
    course(`
      shop: POST / server 0..40
        shop: check 1..4
        shop: POST client 5..15
          stock: take server 6..14
        shop: POST client 20..35
          bank: pay server 21..34
    `),
  ).toEqual([' > check', 'check > POST to stock', 'POST to stock > POST to bank', 'POST to bank > ']);
});

test('what runs at the same time is one thing, whichever begins or ends first', () => {
  const both = [' > GET to bank + GET to stock', 'GET to bank + GET to stock > log', 'log > '];
  for (const [stock, bank] of [
    ['5..15', '5..30'],
    ['6..30', '5..15'],
    ['5..20', '8..20'],
  ]) {
    expect(
      course(`
        shop: POST / server 0..40
          shop: GET client ${stock}
            stock: take server 9..10
          shop: GET client ${bank}
            bank: pay server 9..10
          shop: log 31..32
      `),
    ).toEqual(both);
  }
});

test('who does nothing else has only an end', () => {
  expect(course('shop: POST / server 0..40')).toEqual([' > ']);
});
