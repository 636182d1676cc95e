import { expect, test } from 'vitest';
import type { Finding } from '../api/console-api.ts';
import type { Resource } from '../store/shape-book.ts';
import { throttleFindings, withThrottling } from './throttle-findings.ts';

const window = { from: 0, to: 60_000 };
const process = (service: string, instance: string) => ({ service, instance }) as Resource;
const blamed = (service: string, severity: Finding['severity']): Finding => ({
  ...{ severity, text: `${service} is slow.`, service, operation: undefined, evidence: [], link: undefined },
});
const texts = (findings: readonly Finding[]) => findings.map(({ text, severity }) => `${severity}: ${text}`);

test('a service is told of with each of its processes that is held back, the worst first', () => {
  const findings = throttleFindings(
    new Map([
      [process('stock', 'stock-1'), 0.15],
      [process('payments', 'payments-1'), 0.2],
      [process('payments', 'payments-2'), 0.42],
      [process('mail', 'mail-1'), 0.02],
    ]),
    window,
  );
  expect(texts(findings)).toEqual([
    'warning: payments is held back by its CPU limit: throttled for 42% of the last minute.',
    'warning: stock is held back by its CPU limit: throttled for 15% of the last minute.',
  ]);
  expect(findings[0]!.evidence).toEqual([
    'payments-2 was throttled for 42% of the time.',
    'payments-1 was throttled for 20% of the time.',
  ]);
});

test('who is blamed and held back is slow for that; what explains nothing comes last', () => {
  const [stock] = throttleFindings(new Map([[process('stock', 'stock-1'), 0.5]]), window);
  const isHeldBack = 'stock is held back by its CPU limit: throttled for 50% of the last minute.';
  expect(texts(withThrottling([], [stock!]))).toEqual([`warning: ${isHeldBack}`]);
  expect(texts(withThrottling([blamed('stock', 'alarm')], [stock!]))).toEqual([
    `alarm: ${isHeldBack}`,
    'alarm: stock is slow.',
  ]);
  expect(texts(withThrottling([blamed('mail', 'alarm'), blamed('stock', 'warning')], [stock!]))).toEqual([
    'alarm: mail is slow.',
    'warning: stock is slow.',
    `warning: ${isHeldBack}`,
  ]);
});
