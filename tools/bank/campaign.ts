// Storms over a bank on real databases, more of them than a test run has time for: `npm run bank -- --storms 20 --kills 20`.
// Prints what became of each, with its seed; ends with a failure when a bank is not as it should be.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { BankServers } from './bank-servers.ts';
import { killServers, killTellers, trialsOf } from './every-boundary.ts';
import { type StormReport, storm } from './storm.ts';

const { values } = parseArgs({
  options: {
    storms: { type: 'string', default: '10' },
    kills: { type: 'string', default: '20' },
    seed: { type: 'string', default: 'bank' },
    boundaries: { type: 'boolean', default: false },
  },
});

const totals = { orders: 0, committed: 0, rolledBack: 0, tellersKilled: 0, serversKilled: 0, problems: 0 };

function tell(name: string, report: StormReport): void {
  for (const key of ['orders', 'committed', 'rolledBack', 'tellersKilled', 'serversKilled'] as const) {
    totals[key] += report[key];
  }
  totals.problems += report.problems.length;
  const { orders, committed, rolledBack, tellersKilled, serversKilled } = report;
  console.log(
    `${name}: ${orders} transfers, ${committed} committed, ${rolledBack} rolled back, ` +
      `${tellersKilled} tellers and ${serversKilled} servers killed`,
  );
  for (const problem of report.problems) console.error(`  ${problem}`);
}

/** By turns on a ledger in a folder with one teller, and on PostgreSQL with two. */
async function oneStorm(index: number): Promise<void> {
  const servers = await BankServers.start();
  try {
    const seed = `${values.seed}-${index}`;
    const shared = index % 2 === 1;
    const ledger = shared ? { postgres: servers.urls.loans } : { folder: join(servers.folder, 'ledger') };
    const kinds = ['two-phase', 'saga', 'tcc'] as const;
    const options = { servers, ledger, seed, tellers: shared ? 2 : 1, kills: Number(values.kills), kinds };
    tell(`storm ${seed}`, await storm(options));
  } finally {
    await servers.dispose();
  }
}

/** Each boundary of each protocol, on both ledgers, with a teller killed there and with a server. */
async function everyBoundary(): Promise<void> {
  const servers = await BankServers.start();
  try {
    for (const kind of ['two-phase', 'saga', 'tcc'] as const) {
      const places = { folder: join(servers.folder, kind) };
      const trials = {
        folder: trialsOf(`${kind}-f`, kind, 'savings', 'cards'),
        shared: trialsOf(`${kind}-s`, kind, 'cards', 'loans'),
        servers: trialsOf(`${kind}-v`, kind, 'cards', 'savings'),
      };
      const reports = {
        folder: await killTellers(servers, places, trials.folder),
        shared: await killTellers(servers, { postgres: servers.urls.savings }, trials.shared),
        servers: await killServers(servers, places, trials.servers),
      };
      for (const [name, report] of Object.entries(reports)) {
        const orders = trials[name as keyof typeof trials].length;
        const killed =
          name === 'servers'
            ? { tellersKilled: 0, serversKilled: orders }
            : { tellersKilled: orders, serversKilled: 0 };
        tell(`every boundary of ${kind}, ${name}`, { ...report, orders, ...killed });
      }
    }
  } finally {
    await servers.dispose();
  }
}

if (values.boundaries) await everyBoundary();
for (let index = 0; index < Number(values.storms); index++) await oneStorm(index);
console.log(totals);
process.exitCode = totals.problems === 0 ? 0 : 1;
