import { expect, test } from 'vitest';
import { widthOf } from './style.ts';
import { render, type ServiceView, type View } from './view.ts';

const up: ServiceView = {
  state: 'up',
  slowMillis: 0,
  brokenShare: 0,
  servedPerSecond: 150,
  busy: 2,
  waiting: 0,
  owed: 0,
  readings: [{ side: 'payments', text: 'OPEN ↻3' }],
};

const view: View = {
  variant: 'holdfast',
  seed: 1,
  elapsedMillis: 65_000,
  port: 7410,
  console: 'http://127.0.0.1:7400/#token=abc',
  ordersPerSecond: 150,
  audit: {
    accepted: 12_431,
    lost: 0,
    chargedTwice: 0,
    shippedTwice: 0,
    chargedForNothing: 0,
    refundedTwice: 0,
  },
  p99: 84.2,
  goodput: [150, 75, 0, 150],
  errorsPerSecond: 0,
  attemptsPerRequest: 1.02,
  shed: 12,
  degraded: 3,
  services: {
    gateway: up,
    orders: up,
    payments: { ...up, slowMillis: 200 },
    inventory: up,
    shipping: { ...up, state: 'down' },
  },
  members: [
    { name: 'store-1', state: 'up', role: 'follows', term: 4 },
    { name: 'store-2', state: 'up', role: 'leads', term: 4 },
    { name: 'store-3', state: 'down', role: 'elects', term: 0 },
  ],
  chosen: 'payments',
  news: ['00:01  shipping is killed'],
};

function plain(lines: readonly string[]): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what a colour begins with
  return lines.join('\n').replace(/\x1b\[[0-9;]*m/g, '');
}

test('the screen says first what matters, then how each service is', () => {
  const text = plain(render(view, 80, 24));
  expect(text).toContain('accepted 12,431 · lost 0 · charged twice 0 · p99 84 ms');
  expect(text).toMatch(/▸ +3 payments +\+200 ms/);
  expect(text).toMatch(/5 shipping +killed/);
  expect(text).toContain('OPEN ↻3');
  expect(text).toMatch(/6 store-1 follows +7 store-2 leads, term 4 +8 store-3 killed/);
  expect(text).toContain('shipping is killed');
});

test.each([
  [80, 24],
  [120, 40],
])('it fills %i by %i and no more', (columns, rows) => {
  const lines = render(view, columns, rows);
  expect(lines).toHaveLength(rows);
  for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(columns);
});
