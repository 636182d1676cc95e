import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openConsole } from '@holdfast/console';
import type { LoadRound, Workload } from '../../../harness/area.ts';
import { folderOnDisk } from '../../../harness/folder-on-disk.ts';
import { typescriptLoader } from '../../../harness/node-version.ts';

/** Spans a second that a console takes over HTTP in protobuf, until the last is acknowledged: durable, and to be queried. */
export async function ingested(scale: number): Promise<Workload> {
  const folder = mkdtempSync(join(folderOnDisk(), 'bench-ingest-'));
  const opened = await openConsole({ dataDir: folder, port: 0, otlpGrpcPort: false, otlpHttpPort: false });
  const spans = Math.round(300_000 * scale);
  const sender = fork(new URL('./sender.ts', import.meta.url), [opened.url, `${spans}`], {
    execArgv: [...typescriptLoader],
  });
  const next = () =>
    new Promise<number>((resolve, reject) => {
      sender.once('message', (told) => resolve(Number(told)));
      sender.once('exit', () => reject(new Error('the sender has ended')));
    });
  await next();
  return {
    async run(): Promise<LoadRound> {
      const before = process.cpuUsage();
      sender.send('send');
      const seconds = await next();
      const { user, system } = process.cpuUsage(before);
      const answer = await fetch(`${opened.url}/api/v1/query`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ sql: 'SELECT count(*)::INTEGER FROM spans' }),
      });
      const { rows } = (await answer.json()) as { rows: [[number]] };
      if (rows[0][0] % spans !== 0) throw new Error(`${rows[0][0]} spans are stored`);
      return { value: spans / seconds, beside: { 'us CPU a span': (user + system) / spans } };
    },
    async stop() {
      sender.disconnect();
      await opened.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
