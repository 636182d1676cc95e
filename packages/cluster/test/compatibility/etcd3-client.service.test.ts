import { readFileSync } from 'node:fs';
import { TestCertificates } from '@holdfast/runtime/testkit';
import { Etcd3, type IOptions, isRecoverableError, type Watcher } from 'etcd3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { ThreeNodes } from './three-nodes.ts';

// The npm client `etcd3`, as it is, on three real nodes. Its own tests are not here: docs/etcd-compatibility.md says how
// to run them.

// A machine with more to do takes its time to hash passwords and to start programs.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const certificates = new TestCertificates();
afterAll(() => certificates.remove());

describe.each(['without TLS', 'over TLS'])('etcd3 %s', (how) => {
  let nodes: ThreeNodes;
  let client: Etcd3;
  const clients: Etcd3[] = [];

  function connect(options: Partial<IOptions> = {}): Etcd3 {
    const credentials =
      how === 'over TLS' ? { credentials: { rootCertificate: readFileSync(certificates.caFile) } } : {};
    const hosts = how === 'over TLS' ? nodes.urls : nodes.urls.map((url) => url.slice('http://'.length));
    const opened = new Etcd3({ hosts: [...hosts], ...credentials, ...options });
    clients.push(opened);
    return opened;
  }

  beforeAll(async () => {
    nodes = await ThreeNodes.start(how === 'over TLS' ? certificates.make('server') : undefined);
  });
  afterAll(() => nodes?.stop());

  beforeEach(() => {
    client = connect();
  });
  afterEach(async () => {
    await client.delete().all();
    for (const each of clients.splice(0)) each.close();
  });

  test('puts, gets and deletes', async () => {
    await client.put('a').value('1');
    await client.put('b/1').value('2');
    await client.put('b/2').value(JSON.stringify({ three: 3 }));
    expect(await client.get('a').string()).toBe('1');
    expect(await client.get('none').string()).toBeNull();
    expect(await client.get('b/2').json()).toEqual({ three: 3 });
    expect(await client.getAll().prefix('b/').keys()).toEqual(['b/1', 'b/2']);
    expect(await client.getAll().prefix('b/').sort('Key', 'Descend').limit(1).keys()).toEqual(['b/2']);
    expect(await client.getAll().count()).toBe(3);
    const previous = await client.delete().key('a').getPrevious();
    expect(previous.map(({ value }) => value.toString())).toEqual(['1']);
    await client.delete().prefix('b/');
    expect(await client.getAll().count()).toBe(0);
  });

  test('decides transactions', async () => {
    await client.put('balance').value('10');
    const spend = async (): Promise<boolean> => {
      const { succeeded } = await client
        .if('balance', 'Value', '==', '10')
        .then(client.put('balance').value('0'), client.put('bought').value('yes'))
        .else(client.get('balance'))
        .commit();
      return succeeded;
    };
    expect((await Promise.all([spend(), spend(), spend()])).filter(Boolean)).toHaveLength(1);
    expect(await client.get('bought').string()).toBe('yes');
  });

  test('repeats a transaction until nobody has come between', async () => {
    await client.put('count').value('0');
    await Promise.all(
      Array.from({ length: 4 }, () =>
        client.stm({ retries: 50 }).transact(async (transaction) => {
          const count = Number(await transaction.get('count').string());
          await transaction.put('count').value(count + 1);
        }),
      ),
    );
    expect(await client.get('count').number()).toBe(4);
  });

  test('keeps namespaces apart', async () => {
    const one = client.namespace('one/');
    await one.put('key').value('in one');
    await client.put('key').value('outside');
    expect(await one.get('key').string()).toBe('in one');
    expect(await client.getAll().keys()).toEqual(['key', 'one/key']);
    expect(await one.getAll().keys()).toEqual(['key']);
  });

  test('watches, from a revision in the past too, and goes on after its node is gone', async () => {
    const seen: string[] = [];
    const { header } = await client.put('w/0').value('before');
    const watcher: Watcher = await client.watch().prefix('w/').startRevision(header.revision).create();
    watcher.on('put', ({ value }) => seen.push(`put ${value}`));
    watcher.on('delete', ({ key }) => seen.push(`delete ${key}`));
    await client.put('w/1').value('one');
    await client.delete().key('w/1');
    await expect.poll(() => seen, { timeout: 10_000 }).toEqual(['put before', 'put one', 'delete w/1']);
    // Whichever of the three the watch is on, it must come back without a gap. (A put may be tried twice.)
    for (let index = 0; index < 3; index++) {
      await nodes.kill(index);
      await persistently(() => client.put(`w/${index}`).value(`round ${index}`));
      await nodes.startNode(index);
    }
    await expect
      .poll(() => [...new Set(seen.slice(3))], { timeout: 30_000 })
      .toEqual(['put round 0', 'put round 1', 'put round 2']);
    await watcher.cancel();
  });

  test('grants leases, keeps them alive, and loses keys with them', async () => {
    const lease = client.lease(5);
    await lease.put('leased').value('x');
    // Beyond what it was granted: the client keeps it alive meanwhile.
    await new Promise((resolve) => setTimeout(resolve, 8_000));
    expect(await client.get('leased').string()).toBe('x');
    await lease.revoke();
    expect(await client.get('leased').string()).toBeNull();
    const short = client.lease(2, { autoKeepAlive: false });
    await short.put('short').value('x');
    await expect.poll(() => client.get('short').string(), { timeout: 20_000 }).toBeNull();
  });

  test('locks', async () => {
    const lock = client.lock('resource').ttl(10);
    await lock.acquire();
    await expect(client.lock('resource').acquire()).rejects.toThrow();
    await lock.release();
    expect(await client.lock('resource').do(async () => 'held')).toBe('held');
  });

  test('elects', async () => {
    const election = client.election('leadership', 10);
    const first = election.campaign('one');
    await first.wait();
    expect(await election.leader()).toBe('one');
    const second = connect().election('leadership', 10).campaign('two');
    // The client tells once of an election, and may do so before the first one's resignation is answered.
    const secondElected = second.wait();
    await first.proclaim('one again');
    expect(await election.leader()).toBe('one again');
    await first.resign();
    await secondElected;
    expect(await election.leader()).toBe('two');
    await second.resign();
  });

  test('switches authentication on, with users and roles', async () => {
    const root = client.user('root');
    await root.create('root secret');
    await root.addRole('root');
    const role = client.role('reader of a');
    await role.create();
    await role.grant({ permission: 'Read', range: client.range({ prefix: 'a/' }) });
    const ada = client.user('ada');
    await ada.create('ada secret');
    await ada.addRole('reader of a');
    await client.put('a/1').value('one');
    await client.auth.authEnable();
    const asRoot = connect({ auth: { username: 'root', password: 'root secret' } });
    try {
      const asAda = connect({ auth: { username: 'ada', password: 'ada secret' } });
      expect(await asAda.get('a/1').string()).toBe('one');
      await expect(asAda.put('a/1').value('two')).rejects.toThrow('permission denied');
      await expect(asAda.get('b').string()).rejects.toThrow('permission denied');
      await expect(client.get('a/1').string()).rejects.toThrow('user name is empty');
      const wrong = connect({ auth: { username: 'ada', password: 'guess' } });
      await expect(wrong.get('a/1').string()).rejects.toThrow('authentication failed');
      expect((await asRoot.getUsers()).map(({ name }) => name)).toEqual(['ada', 'root']);
      expect((await asRoot.user('ada').roles()).map(({ name }) => name)).toEqual(['reader of a']);
      expect(await asRoot.role('reader of a').permissions()).toMatchObject([{ permission: 'Read' }]);
    } finally {
      await asRoot.auth.authDisable();
    }
    for (const user of await client.getUsers()) await user.delete();
    for (const each of await client.getRoles()) await each.delete();
  });
});

/** Does it again while the client says that another try may help: it tries once where its node is gone. */
async function persistently<Value>(attempt: () => PromiseLike<Value>): Promise<Value> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > deadline || !(error instanceof Error && isRecoverableError(error))) throw error;
    }
  }
}
