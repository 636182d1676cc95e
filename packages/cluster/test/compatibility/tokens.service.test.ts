import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Outcome, RawClient } from './raw-client.ts';
import { ThreeNodes } from './three-nodes.ts';

// Tokens, and who may do what, on three real nodes that come and go.

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let nodes: ThreeNodes;
let clients: RawClient[];

beforeAll(async () => {
  nodes = await ThreeNodes.start();
  clients = nodes.urls.map((url) => new RawClient(url.slice('http://'.length)));
  const [one] = clients as [RawClient];
  await one.expect('userAdd', { name: 'root', password: 'root secret' });
  await one.expect('userGrantRole', { user: 'root', role: 'root' });
  await one.expect('userAdd', { name: 'ada', password: 'ada secret' });
  await one.expect('authEnable');
});
afterAll(async () => {
  for (const client of clients) client.close();
  await nodes?.stop();
});

const everywhere = (ask: (client: RawClient) => Promise<unknown>): Promise<unknown[]> =>
  Promise.all(clients.map(ask));

/** Asks again while the node has no leader, or is not there yet. */
async function answered<Response>(ask: () => Promise<Outcome<Response>>): Promise<Outcome<Response>> {
  for (;;) {
    const outcome = await ask();
    if ('response' in outcome || outcome.code !== 14) return outcome;
  }
}

/** A token of a user, as one node gives it. */
async function tokenOf(client: RawClient, name: string, password: string): Promise<string> {
  const outcome = await answered(() => client.call('authenticate', { name, password }));
  if ('response' in outcome) return outcome.response.token;
  throw new Error(`${name} was refused: ${outcome.message}`);
}

test('a token is taken by every node, whoever leads, and after all of them were killed', async () => {
  const token = await tokenOf(clients[0]!, 'root', 'root secret');
  const asked = (client: RawClient) => answered(() => client.call('userList', {}, token));
  const listed = { response: expect.objectContaining({ users: ['ada', 'root'] }) };
  expect(await everywhere(asked)).toEqual([listed, listed, listed]);
  for (let index = 0; index < 3; index++) {
    await nodes.kill(index);
    const others = clients.filter((_client, other) => other !== index);
    expect(await Promise.all(others.map(asked))).toEqual([listed, listed]);
    await nodes.startNode(index);
  }
  for (let index = 0; index < 3; index++) await nodes.kill(index);
  await Promise.all([0, 1, 2].map((index) => nodes.startNode(index)));
  expect(await everywhere(asked)).toEqual([listed, listed, listed]);
});

test('a token is taken at once by a node that has yet to hear of its user', async () => {
  const token = await tokenOf(clients[0]!, 'root', 'root secret');
  for (let round = 0; round < 10; round++) {
    const name = `user ${round}`;
    await clients[0]!.expect('userAdd', { name, password: 'x' }, token);
    const own = await tokenOf(clients[1]!, name, 'x');
    const asked = await answered(() => clients[2]!.call('userGet', { name }, own));
    expect(asked).toMatchObject({ response: { roles: [] } });
    await clients[2]!.expect('userDelete', { name }, token);
  }
});

test('a token is void everywhere once the password is changed', async () => {
  const token = await tokenOf(clients[0]!, 'ada', 'ada secret');
  const root = await tokenOf(clients[1]!, 'root', 'root secret');
  await clients[2]!.expect('userChangePassword', { name: 'ada', password: 'other' }, root);
  const invalid = { code: 16, message: 'etcdserver: invalid auth token' };
  const asked = (client: RawClient) => answered(() => client.call('range', { key: Buffer.from('k') }, token));
  expect(await everywhere(asked)).toEqual([invalid, invalid, invalid]);
});
