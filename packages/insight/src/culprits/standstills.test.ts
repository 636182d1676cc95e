// Goal: a process whose event loop stands still is blamed, and not those whom it calls late or whose answers it takes late. Method: a
// gateway with two callees in drawn traces, of which every fifth request meets a standstill of 300 ms on its way there or back.
import { expect, test } from 'vitest';
import { sketch } from '../../test/sketch.ts';
import { SpanList } from '../../test/span-list.ts';
import { findCulprits } from './find-culprits.ts';

const epoch = 1_700_000_000_000;

/** Where the standstill meets the two calls: before they are sent, or when their answers are there. */
function request(stock: { before: number; after: number }, bank: { before: number; after: number }): string {
  const first = 10 + stock.before + stock.after;
  const second = 10 + bank.before + bank.after;
  return `
    gateway: GET / server 0..${20 + first + second}
      gateway: call stock client 5..${5 + first}
        stock: GET /stock server ${6 + stock.before}..${14 + stock.before}
      gateway: call bank client ${10 + first}..${10 + first + second}
        bank: GET /bank server ${11 + first + bank.before}..${19 + first + bank.before}
  `;
}

async function blamed(drawing: (index: number) => string): Promise<string[]> {
  const spans = Array.from({ length: 200 }, (_, index) =>
    sketch(drawing(index), `t${index}`).map((span) => ({ ...span, start: span.start + index * 100_000 })),
  ).flat();
  const culprits = await findCulprits(new SpanList(spans), {
    baseline: { from: epoch, to: epoch + 10_000 },
    current: { from: epoch + 10_000, to: epoch + 20_000 },
  });
  return culprits.map(({ service }) => service);
}

const none = { before: 0, after: 0 };

test('who takes answers late stood still, and calls that waited meanwhile waited for it', async () => {
  const found = await blamed((index) => {
    if (index < 100 || index % 5 > 1) return request(none, none);
    // Two requests 100 ms apart: one has its answer, the other is about to call, and both go on when the loop does.
    return index % 5 === 0
      ? request(none, { before: 0, after: 300 })
      : request({ before: 190, after: 0 }, none);
  });
  expect(found[0]).toBe('gateway');
  expect(found).not.toContain('stock');
});

test('a callee that takes over late is blamed, where its caller was never late itself', async () => {
  const found = await blamed((index) =>
    request(index < 100 || index % 5 > 1 ? none : { before: 200, after: 0 }, none),
  );
  expect(found[0]).toBe('stock');
  expect(found).not.toContain('gateway');
});
