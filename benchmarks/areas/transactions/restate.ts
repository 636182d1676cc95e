import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as restate from '@restatedev/restate-sdk';
import { folderOnDisk } from '../../harness/folder-on-disk.ts';
import type { Engine } from './closed-loop.ts';
import { freePort } from './postgres-server.ts';
import { oneMore, steps } from './three-steps.ts';

/** A service of Restate's, and a Restate server from npm with its defaults, on the disk of this checkout. */
export async function restateHandlers(): Promise<Engine> {
  const folder = mkdtempSync(join(folderOnDisk(), 'bench-restate-'));
  const [ingress, admin, node, service] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
  const child = spawn(serverProgram(), ['--base-dir', folder], {
    stdio: 'ignore',
    env: {
      ...process.env,
      RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${ingress}`,
      RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${admin}`,
      RESTATE_BIND_ADDRESS: `127.0.0.1:${node}`,
      RESTATE_ADVERTISED_ADDRESS: `http://127.0.0.1:${node}`,
      RESTATE_DISABLE_TELEMETRY: 'true',
      RUST_LOG: 'error',
    },
  });
  process.once('exit', () => child.kill('SIGKILL'));
  const order = restate.service({
    name: 'order',
    handlers: {
      place: async (ctx: restate.Context, n: number): Promise<number> => {
        let value = n;
        for (const name of steps) value = await ctx.run(name, () => oneMore(value));
        return value;
      },
    },
  });
  await restate.serve({ services: [order], port: service, logger: () => {} });
  await registered(`http://127.0.0.1:${admin}`, `http://127.0.0.1:${service}`);
  return {
    async work(n) {
      const response = await fetch(`http://127.0.0.1:${ingress}/order/place`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': `order-${n}` },
        body: `${n}`,
      });
      if (Number(await response.text()) !== n + steps.length) throw new Error(`order ${n} went wrong`);
    },
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function registered(admin: string, uri: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const response = await fetch(`${admin}/deployments`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ uri }),
    }).catch(() => undefined);
    if (response?.ok) return;
    if (attempt === 100) throw new Error(`Restate did not take the service: ${await response?.text()}`);
    await sleep(300);
  }
}

function serverProgram(): string {
  const platform = `@restatedev/restate-server-linux-${process.arch}`;
  const require = createRequire(import.meta.url);
  return join(dirname(require.resolve(`${platform}/package.json`)), 'bin', 'restate-server');
}
