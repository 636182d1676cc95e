// Goal: a time limit that waits for work beside it is not held to be what took the time. Method: drawn traces, and their critical paths.
import { expect, test } from 'vitest';
import { sketch } from '../../test/sketch.ts';
import { assembleTrace } from './assemble-trace.ts';
import { criticalPath } from './critical-path.ts';

function pathOf(drawing: string): string[] {
  const trace = assembleTrace(sketch(drawing));
  return [...criticalPath(trace).rows].map((row) => trace.spans[row]!.operation);
}

test('who waits for what goes on beside it is not on the path, but what it waits for is', () => {
  expect(
    pathOf(`
      shop: POST / server 0..100
        shop: reserve 1..20
          stock: GET /stock server 2..19
        shop: limit 2..95
        shop: charge 20..94
          bank: POST /pay server 21..93
    `),
  ).not.toContain('limit');
});

test('who works beside others is on the path where it takes longest', () => {
  for (const end of [95, 400]) {
    const path = pathOf(`
      shop: POST / server 0..500
        shop: reserve 1..${end === 95 ? 20 : 90}
          stock: GET /stock server 2..19
        shop: compute 2..${end}
    `);
    expect(path).toContain('compute');
  }
});

test('of two who do not say what they wait for, none is taken to wait for the other', () => {
  expect(
    pathOf(`
      shop: POST / server 0..100
        shop: one 1..95
        shop: other 2..94
    `),
  ).toContain('one');
});
