import { sleep } from '@holdfast/core';
import type { HostContext } from '../src/host/host-context.ts';
import type { Scenario } from '../src/scenario/scenario.ts';

export interface Deposits {
  /** Set by the client's program when it starts. */
  deposit: (id: number) => Promise<void>;
  /** What the server did, by the id of the deposit. */
  readonly applied: Map<number, number>;
}

/**
 * Ordinary asynchronous code: a client that asks again when no answer comes in time. The planted bug: the server does
 * not recognise a request that it has done already.
 */
export function retryingClient(change: Partial<Scenario<number, Deposits>> = {}): Scenario<number, Deposits> {
  return {
    name: 'retrying-client',
    storm: '3s',
    settling: '3s',
    hosts: { client, server },
    state: () => ({ deposit: async () => {}, applied: new Map() }),
    operations: (random) =>
      Array.from({ length: 30 }, (_, id) => ({
        at: random.below(2_500_000),
        client: 'teller',
        operation: id,
      })),
    perform: (id, _client, state) => state.deposit(id),
    check: ({ applied }) => {
      const twice = [...applied].filter(([, times]) => times > 1);
      if (twice.length === 0) return undefined;
      return {
        verdict: 'violated',
        text: `deposits ${twice.map(([id]) => id).join(', ')} were applied twice`,
      };
    },
    ...change,
  };
}

async function client(world: HostContext, state: Deposits): Promise<void> {
  const { messages } = world;
  const answered = new Map<number, () => void>();
  messages.onMessage = (id) => answered.get(id as number)?.();
  state.deposit = async (id) => {
    const answer = new Promise<true>((resolve) => {
      answered.set(id, () => resolve(true));
    });
    for (let attempt = 0; attempt < 5; attempt++) {
      messages.send('server', id);
      if (await Promise.race([answer, sleep('60ms', { world })])) return;
    }
  };
}

async function server({ messages }: HostContext, { applied }: Deposits): Promise<void> {
  messages.onMessage = async (id, from) => {
    applied.set(id as number, (applied.get(id as number) ?? 0) + 1);
    await undefined;
    messages.send(from, id);
  };
}
