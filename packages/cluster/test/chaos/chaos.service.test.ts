import { describe, expect, it } from 'vitest';
import { runChaos } from './chaos-run.ts';
import { holdfastSubject } from './holdfast-subject.ts';

/** Seeds whose plans have every kind of fault between them. */
const seeds = ['1', '2', '3'];
const faultMillis = 10_000;
const timeout = 120_000;

describe('three real members under faults', () => {
  for (const seed of seeds) {
    it(`keep every promise: seed ${seed}`, { timeout }, async () => {
      const report = await runChaos(holdfastSubject, seed, faultMillis);
      expect(report.violations).toEqual([]);
      // A run in which nothing happens would prove nothing.
      expect(report.operations - report.failed - report.unknown).toBeGreaterThan(50);
      expect(report.events).toBeGreaterThan(10);
      expect(report.leases).toBeGreaterThan(0);
    });
  }
});
