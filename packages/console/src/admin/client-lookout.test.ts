import type { AdminClusterClient } from '@holdfast/telemetry';
import { expect, test } from 'vitest';
import type { AdminSources } from './admin-sources.ts';
import { ClientLookout } from './client-lookout.ts';

const client: AdminClusterClient = { name: 'cluster', endpoints: [] };

/** Processes by their instance, which is that of a service and a number; those that are `busy` do not answer. */
function processes(...instances: string[]) {
  const busy = new Set<string>();
  const asked: string[] = [];
  const ask: AdminSources['ask'] = async (_, question) => {
    const answers = await Promise.all(
      instances.map(async (instance) => {
        const source = {
          id: instance,
          resource: { service: instance.split('-')[0], instance },
          client: {
            clients: async () => {
              asked.push(instance);
              if (busy.has(instance)) throw new Error('busy');
              return [client];
            },
          },
        } as unknown as Parameters<typeof question>[0];
        const answer = await question(source, new AbortController().signal).catch(() => undefined);
        return answer === undefined ? [] : [{ source, answer }];
      }),
    );
    return answers.flat();
  };
  const lookout = new ClientLookout({ ask });
  const look = async (now: number, service?: string) =>
    (await lookout.look(now, service)).map(({ instance }) => instance);
  return { busy, asked, look };
}

test('of all services, or of one, of which alone the processes are asked', async () => {
  const { look, asked } = processes('orders-2', 'mail-1', 'orders-1');
  expect(await look(0)).toEqual(['mail-1', 'orders-1', 'orders-2']);
  asked.length = 0;
  expect(await look(0, 'mail')).toEqual(['mail-1']);
  expect(asked).toEqual(['mail-1']);
});

test('who is too busy to answer has its clients still, for a while', async () => {
  const { look, busy } = processes('orders-1', 'mail-1');
  await look(0);
  busy.add('orders-1');
  expect(await look(20_000)).toEqual(['mail-1', 'orders-1']);
  expect(await look(30_000)).toEqual(['mail-1']);
  busy.clear();
  expect(await look(31_000)).toEqual(['mail-1', 'orders-1']);
});
