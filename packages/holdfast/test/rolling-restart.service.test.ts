import { afterEach, expect, test } from 'vitest';
import { NodeProcesses } from './node-processes.ts';

let nodes: NodeProcesses | undefined;
afterEach(() => nodes?.remove());

const bytes = (text: string) => new TextEncoder().encode(text);

test('three members are restarted one after the other, and no request fails', {
  timeout: 120_000,
}, async () => {
  nodes = new NodeProcesses();
  await nodes.startAll('a', 'b', 'c');
  const client = nodes.client();
  const written = new Map<string, string>();
  const watched: string[] = [];
  const watch = client.watch('load/');
  await watch.started;
  const watching = (async () => {
    for await (const item of watch) {
      expect(item.kind).toBe('change');
      if (item.kind === 'change') watched.push(...item.events.map(({ key }) => key));
    }
  })();

  let over = false;
  const load = async (worker: number) => {
    for (let round = 0; !over; round++) {
      const key = `load/${worker}/${round}`;
      await client.put(key, bytes(key));
      written.set(key, key);
      expect(String.fromCharCode(...((await client.get(key))?.value ?? []))).toBe(key);
    }
  };
  const loads = Array.from({ length: 8 }, (_, worker) => load(worker));
  const failed = Promise.all(loads).then(() => undefined);

  const restarts = (async () => {
    for (const name of ['a', 'b', 'c']) {
      expect(await nodes.end(name)).toBe(0);
      await nodes.start(name, '--initial-cluster', nodes.initialCluster());
      await nodes.ready(name);
    }
    over = true;
  })();
  await Promise.all([failed, restarts]);

  const found = await client.range('load/');
  expect(new Set(found.entries.map(({ key }) => key))).toEqual(new Set(written.keys()));
  // Each write was done once, however often it was sent.
  expect(found.entries.filter(({ version }) => version !== 1)).toEqual([]);
  while (watched.length < written.size) await new Promise((resolve) => setTimeout(resolve, 20));
  await watch.return();
  await watching;
  expect(new Set(watched).size).toBe(watched.length);
});
