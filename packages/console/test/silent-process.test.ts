// Goal: of a process that runs sagas and does not answer, the console says so, and not that there are no sagas; of one that says that
// some are stuck, it says so first. Method: an admin endpoint that says what it is, and then answers nothing, or what is stuck.
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Overview, SagaList, SagaRow } from '../src/api/console-api.ts';
import { type OpenConsole, openConsole } from '../src/open-console.ts';

let folder: string;
let console_: OpenConsole;
let endpoint: Server;
let isBusy: boolean;
/** What the endpoint says of itself, and of sagas. */
let index: unknown;
let listed: readonly SagaRow[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-silent-'));
  console_ = await openConsole({ dataDir: folder, port: 0, otlpHttpPort: false, otlpGrpcPort: false });
  isBusy = false;
  listed = [];
  index = { service: 'orders', instance: 'orders-1', sections: ['sagas'] };
  endpoint = createServer((request, response) => {
    if (isBusy) return;
    const said = request.url?.includes('/sagas') ? listed : index;
    response.setHeader('content-type', 'application/json').end(JSON.stringify(said));
  });
  await new Promise<void>((resolve) => endpoint.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  endpoint.closeAllConnections();
  endpoint.close();
  await console_.close();
  await rm(folder, { recursive: true });
});

async function sagas(): Promise<SagaList> {
  return (await (await fetch(`${console_.url}/api/v1/sagas`)).json()) as SagaList;
}

/** Has the console hear of a process whose admin endpoint that is, and resolves when it has asked it. */
async function heardOf(): Promise<void> {
  const asked = once(endpoint, 'request');
  const { port } = endpoint.address() as AddressInfo;
  const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } });
  const attributes = [
    attribute('service.name', 'orders'),
    attribute('holdfast.admin.url', `http://127.0.0.1:${port}`),
  ];
  const now = `${BigInt(Date.now()) * 1_000_000n}`;
  const span = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), name: 'work' };
  await fetch(`${console_.url}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      resourceSpans: [
        {
          resource: { attributes },
          scopeSpans: [{ spans: [{ ...span, startTimeUnixNano: now, endTimeUnixNano: now }] }],
        },
      ],
    }),
  });
  await asked;
}

test('who runs sagas and does not answer is named', { timeout: 60_000 }, async () => {
  await heardOf();
  const asked: string[] = [];
  endpoint.on('request', ({ url }) => asked.push(url ?? ''));
  // It is known once its sagas are asked for.
  await expect
    .poll(
      async () => {
        expect(await sagas()).toMatchObject({ sagas: [], silent: [], complete: true });
        return asked.some((url) => url.includes('/sagas'));
      },
      { timeout: 30_000 },
    )
    .toBe(true);
  isBusy = true;
  expect((await sagas()).silent).toEqual(['orders']);
  isBusy = false;
  await expect.poll(async () => (await sagas()).silent, { timeout: 30_000 }).toEqual([]);
});

test('a saga that is stuck is told on the overview, until it is helped', { timeout: 60_000 }, async () => {
  const told = async (): Promise<Overview> =>
    (await (await fetch(`${console_.url}/api/v1/overview`)).json()) as Overview;
  const stuck = {
    ledger: 'orders',
    id: 'order-1',
    type: 'order',
    version: 1,
    status: 'stuck',
    step: 'charge',
  };
  listed = [{ ...stuck, startedAt: 1, problem: 'the card was refused' } as SagaRow];
  await heardOf();
  const sentence = 'A saga of orders is stuck at charge and waits for a person.';
  await expect.poll(async () => (await told()).sentence, { timeout: 30_000 }).toBe(sentence);
  const { health, findings } = await told();
  expect(health).toBe('degraded');
  expect(findings).toMatchObject([{ text: sentence, link: '/sagas?status=stuck' }]);
  listed = [];
  await expect.poll(async () => (await told()).findings, { timeout: 30_000 }).toEqual([]);
});

test('what stands at the address and is no admin endpoint is passed over', { timeout: 60_000 }, async () => {
  index = ['another', 'server'];
  await heardOf();
  // When it is looked at again, what it said first was understood.
  await once(endpoint, 'request');
  for (let n = 0; n < 3; n++) expect(await sagas()).toMatchObject({ sagas: [], silent: [] });
});
