// Goal: whatever is killed, a process or a database server, money moves between banks on PostgreSQL and MariaDB wholly or not
// at all, by each protocol, and nothing is left in doubt but what is not ours. Method: transfers whose tellers are killed at
// each boundary of a step, and at random; the banks are audited when all have ended.

import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BankServers } from './bank-servers.ts';
import { killServers, killTellers, type Trial, trialsOf } from './every-boundary.ts';
import { storm } from './storm.ts';

let servers: BankServers;
beforeAll(async () => {
  servers = await BankServers.start();
}, 60_000);
afterAll(() => servers.dispose(), 60_000);

const folder = (name: string) => ({ folder: join(servers.folder, `ledger-${name}`) });
const at = (trials: readonly Trial[], ...boundaries: readonly string[]) =>
  trials.filter(({ boundary }) => boundaries.includes(boundary));

describe('a bank over two PostgreSQL and a MariaDB', () => {
  test('two-phase commit: its coordinator is killed at every boundary', { timeout: 120_000 }, async () => {
    const trials = trialsOf('killed', 'two-phase', 'savings', 'cards');
    const report = await killTellers(servers, folder('two-phase'), trials);
    expect(report).toMatchObject({ problems: [], neverAccepted: 0 });
    expect(report.committed + report.rolledBack).toBe(trials.length);
  });

  test('two-phase commit: a standby takes over what is in doubt', { timeout: 120_000 }, async () => {
    const ledger = { postgres: servers.urls.loans };
    const trials = at(
      trialsOf('standby', 'two-phase', 'cards', 'savings'),
      'prepare cards after',
      'commit cards before',
      'commit savings after',
    );
    const report = await killTellers(servers, ledger, trials);
    expect(report).toMatchObject({ problems: [], committed: trials.length });
  });

  test('two-phase commit: servers are killed while branches are prepared', { timeout: 120_000 }, async () => {
    const trials = at(
      trialsOf('servers', 'two-phase', 'cards', 'savings'),
      'prepare cards before',
      'prepare cards after',
      'commit savings before',
      'commit cards before',
      'commit cards after',
    );
    const report = await killServers(servers, folder('servers'), trials);
    expect(report).toMatchObject({ problems: [], neverAccepted: 0 });
    expect(report.committed).toBeGreaterThanOrEqual(3);
  });

  test.each(['saga', 'tcc'] as const)(
    '%s: its process is killed at every boundary',
    {
      timeout: 120_000,
    },
    async (kind) => {
      const trials = trialsOf(kind, kind, 'loans', 'cards');
      const report = await killTellers(servers, folder(kind), trials);
      expect(report).toMatchObject({ problems: [], neverAccepted: 0 });
      expect(report.committed).toBe(trials.filter(({ order }) => !order.transfer.refused).length);
    },
  );

  test('all protocols at once, in a storm of kills', { timeout: 120_000 }, async () => {
    const report = await storm({
      servers,
      ledger: folder('storm'),
      seed: 'storm',
      tellers: 1,
      kills: 6,
      kinds: ['two-phase', 'saga', 'tcc'],
    });
    expect(report.problems).toEqual([]);
    expect(report.committed).toBeGreaterThan(10);
    console.log(report);
  });
});
