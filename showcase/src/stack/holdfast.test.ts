import { platformWorld } from '@holdfast/core';
import { expect, test } from 'vitest';
import type { Answer, Received } from '../shop/http.ts';
import type { ServiceName } from '../shop/services.ts';
import { holdfastStackOver } from './holdfast.ts';
import type { Call, Stack } from './stack.ts';
import { newTally } from './tally.ts';
import type { Sending } from './wire.ts';

const ports: Record<ServiceName, number> = { gateway: 1, orders: 2, payments: 3, inventory: 4, shipping: 5 };
const charge: Call = { method: 'POST', path: '/charges', body: {}, key: 'k' };
const done: Answer = { status: 201, body: {} };

function stackOf(service: ServiceName, wire: (sending: Sending) => Promise<unknown>): Stack {
  return holdfastStackOver(wire, { service, ports, tally: newTally(), world: platformWorld() });
}

function received(headers: Received['headers']): Received {
  return { method: 'POST', path: '/charges', headers, body: {} };
}

test('customers who give up do not make others believe that payments are out of order', async () => {
  let patient = false;
  const payments = stackOf('orders', async ({ signal }) => {
    if (patient) return 'charged';
    return new Promise((_, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason));
    });
  }).remote('payments');
  for (let call = 0; call < 40; call++) {
    const gone = new AbortController();
    const answer = payments.request({ ...charge, signal: gone.signal });
    gone.abort();
    await expect(answer).rejects.toThrow();
  }
  patient = true;
  expect(await payments.request(charge)).toBe('charged');
});

test('what nobody waits for that fails does not bar the way of customers', async () => {
  const payments = stackOf('orders', async ({ headers: { priority } = {} }) => {
    if (priority === 'u=7') throw new Error('the connection broke');
    return 'charged';
  }).remote('payments');
  for (let call = 0; call < 40; call++) {
    await expect(payments.request({ ...charge, background: true })).rejects.toThrow();
  }
  expect(await payments.request(charge)).toBe('charged');
});

test('a door that has much to do puts off what nobody waits for', async () => {
  const stack = stackOf('payments', async () => {});
  let release!: (answer: Answer) => void;
  const work = new Promise<Answer>((resolve) => {
    release = resolve;
  });
  const inside = Array.from({ length: 20 }, () => stack.admit(received({}), () => work));
  const background = received({ priority: 'u=7' });
  expect((await stack.admit(background, async () => done)).status).toBe(503);
  expect((await stack.admit(received({}), async () => done)).status).toBe(201);
  release(done);
  await Promise.all(inside);
  expect((await stack.admit(background, async () => done)).status).toBe(201);
});
