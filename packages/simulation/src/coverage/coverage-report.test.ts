import { describe, expect, test } from 'vitest';
import { primaryBackup } from '../../test/primary-backup.ts';
import { campaign } from '../search/campaign.ts';
import { coverageReport } from './coverage-report.ts';
import { CoverageTally } from './coverage-tally.ts';

describe('coverageReport', () => {
  const tally = new CoverageTally();
  tally.count('crash', { role: 'leader', phase: 'steady' });
  tally.count('crash', { role: 'leader', phase: 'steady' }, 11);
  tally.count('loss', { role: 'follower', phase: '' });
  tally.add({ cells: [{ kind: 'crash', role: 'follower', phase: '', count: 3 }] });

  test('shows what struck whom, and every cell that is empty', () => {
    const report = coverageReport(tally.toJSON());
    expect(report.text).toBe(
      [
        '               crash  loss',
        'follower           3     1',
        'leader/steady     12     -',
        'empty: leader/steady: loss',
      ].join('\n'),
    );
    expect(report.empty).toEqual([{ kind: 'loss', role: 'leader', phase: 'steady' }]);
    expect(report.cells.map(({ count }) => count)).toEqual([3, 12, 1]);
  });

  test('tells what was expected and never reached', () => {
    const expectedCoverage = { roles: { leader: ['steady', 'handover'], follower: [''] }, kinds: ['crash'] };
    const report = coverageReport(tally.toJSON(), { expectedCoverage });
    expect(report.neverReached).toEqual([{ role: 'leader', phase: 'handover' }]);
    expect(report.empty).toEqual([{ kind: 'crash', role: 'leader', phase: 'handover' }]);
    expect(report.text).toContain('never reached: leader/handover');
    expect(report.text).not.toContain('empty: leader/handover');
  });

  test('a host that is down has gaps only where they are expected', () => {
    const down = new CoverageTally();
    down.count('cut', { role: 'down', phase: '' });
    down.count('crash', { role: 'leader', phase: '' });
    expect(coverageReport(down.toJSON()).empty).toEqual([{ kind: 'cut', role: 'leader', phase: '' }]);
    const expectedCoverage = { roles: { down: [''] }, kinds: ['crash'] };
    expect(coverageReport(down.toJSON(), { expectedCoverage }).empty).toHaveLength(1);
  });

  test('by default every kind that a search draws is expected', () => {
    const report = coverageReport(tally.toJSON(), {
      expectedCoverage: { roles: { leader: ['steady'] } },
      faults: { kinds: ['crash', 'pause'] },
    });
    expect(report.empty).toEqual([{ kind: 'pause', role: 'leader', phase: 'steady' }]);
  });

  test('a campaign covers what its faults strike, in every role and phase', async () => {
    const scenario = primaryBackup(undefined, { check: () => undefined, progress: () => true });
    const { coverage } = await campaign(scenario, { seeds: 200 });
    expect(coverageReport(coverage, scenario).empty).toEqual([]);
  });

  test('says so when nothing struck', () => {
    expect(coverageReport({ cells: [] }).text).toBe('no fault struck');
  });
});
