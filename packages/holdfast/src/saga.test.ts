// Goal: an operator finds a saga that is stuck, sees why and what can be done, and does it; what cannot work is refused, by
// name. Method: the command itself, on a folder whose owner lives in this process and is asked over its socket, and on one
// that nobody owns.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AnyRunDefinition, type Ledger, openLedger, saga, terminal } from '@holdfast/transactions';
import { folderEngine } from '@holdfast/transactions/node';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { outputOf } from '../test/output-of.ts';
import { main } from './cli.ts';
import { ledgerPlace } from './saga/ledger-place.ts';

let folder: string;
let ledger: Ledger | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-saga-'));
});

afterEach(async () => {
  await ledger?.close();
  ledger = undefined;
  rmSync(folder, { recursive: true });
});

const command = (...args: string[]) => outputOf((lines) => main(['saga', ...args], lines));

/** The same on the ledger of this test. */
const here = (...args: string[]) => command(...args, '--dir', folder);

const refuse = (): never => {
  throw terminal('no money');
};
const breakDown = (): never => {
  throw new TypeError('the warehouse has changed');
};
const order = saga('order', { version: 2 })
  .step('reserve', { do: () => ({ shelf: 7 }), undo: breakDown })
  .pivot('charge', { do: refuse });
const visit = saga('visit', { version: 1 })
  .step('book', { do: () => 'seat', undo: () => {} })
  .wait('approved')
  .pivot('pay', { do: () => 'paid' });

async function open(...definitions: AnyRunDefinition[]): Promise<Ledger> {
  ledger = await openLedger({ engine: folderEngine(folder), definitions });
  return ledger;
}

async function stuckOrder() {
  const owner = await open(order, visit);
  const run = await owner.start(order, undefined, { id: 'order-17' });
  await expect.poll(async () => (await run.summary()).status).toBe('stuck');
  return run;
}

describe('a stuck compensation', () => {
  test('is listed, shown with why and what can be done, and resolved', async () => {
    const run = await stuckOrder();
    const list = await here('list', '--status', 'stuck');
    expect([list.code, list.error]).toEqual([0, '']);
    expect(list.out).toMatch(/order-17 +order +2 +STUCK/);

    const shown = await here('show', 'order-17');
    expect(shown.out).toContain("STUCK at 'reserve', on its way back");
    expect(shown.out).toContain("step 'charge' failed: no money (STEP_REFUSED)");
    expect(shown.out).toMatch(/reserve +step +undoing, STUCK .*the warehouse has changed/);
    for (const word of ['retry', 'resolve', 'skip']) {
      expect(shown.out).toContain(`holdfast saga ${word} order-17 reserve --dir ${folder}`);
    }

    const resolved = await here('resolve', 'order-17', 'reserve');
    expect([resolved.code, resolved.error]).toEqual([0, '']);
    expect(resolved.out).toContain("saga 'order-17' has taken it, and is ended now");
    expect(await run.result).toMatchObject({ status: 'rolled-back', step: 'charge' });

    const after = await here('show', 'order-17', '--json');
    expect(JSON.parse(after.out)).toMatchObject({
      id: 'order-17',
      status: 'ended',
      phase: 'rolled-back',
      failure: { step: 'charge', error: { code: 'STEP_REFUSED', message: 'no money' } },
      steps: [{ name: 'reserve', state: 'undone' }, { name: 'charge' }],
    });
    expect((await here('show', 'order-17')).out).not.toContain('what can be done');
  });

  test('is tried again, and skipped', async () => {
    const run = await stuckOrder();
    const retried = await here('retry', 'order-17', '--json');
    expect(JSON.parse(retried.out)).toMatchObject({ id: 'order-17', taken: true });
    await expect.poll(async () => (await run.summary()).status).toBe('stuck');
    expect((await here('skip', 'order-17', 'reserve')).code).toBe(0);
    expect(await run.result).toMatchObject({ status: 'rolled-back', skipped: ['reserve'] });
    const late = await here('retry', 'order-17');
    expect([late.code, late.error]).toEqual([
      1,
      "holdfast: saga 'order-17' has ended, and takes no messages any more",
    ]);
  });

  test('is refused what it cannot do, with why', async () => {
    await stuckOrder();
    const cancelled = await here('cancel', 'order-17');
    expect(cancelled).toMatchObject({
      code: 1,
      error: "holdfast: saga 'order-17' refused it: the saga is compensating already",
    });
    const notStuck = await here('resolve', 'order-17', 'charge');
    expect(notStuck).toMatchObject({
      code: 1,
      error: "holdfast: saga 'order-17' refused it: 'charge' is not stuck",
    });
    const noStep = await here('skip', 'order-17', 'reserv');
    expect(noStep).toMatchObject({
      code: 2,
      error: "holdfast: saga 'order-17' has no step 'reserv', but 'reserve', 'charge'",
    });
    expect((await here('show', 'order-18')).error).toBe(
      "holdfast: there is no saga 'order-18' in this ledger",
    );
  });
});

test('a saga is given what it waits for, and another one is called off', async () => {
  const owner = await open(visit);
  const [first, second] = [
    await owner.start(visit, undefined, { id: 'a visit' }),
    await owner.start(visit, undefined, { id: 'b' }),
  ];
  expect((await here('show', 'a visit')).out).toContain(
    "holdfast saga signal 'a visit' approved --value <json>",
  );
  expect((await here('signal', 'a visit', 'approved', '--value', '{"by":"me"}')).code).toBe(0);
  expect(await first.result).toMatchObject({
    status: 'committed',
    value: { approved: { by: 'me' }, pay: 'paid' },
  });
  expect((await here('cancel', 'b', '--reason', 'too late')).out).toContain('too late');
  expect(await second.result).toMatchObject({ status: 'rolled-back' });
});

test('where nobody owns the folder, a message is left, and taken by who opens it next', async () => {
  await stuckOrder();
  await ledger!.close();
  const left = await here('skip', 'order-17', 'reserve', '--wait', '0ms');
  expect(left.out).toContain("it is left for saga 'order-17', durably");
  expect((await here('show', 'order-17')).out).toContain('messages that it has not taken yet: 1');
  const owner = await open(order);
  const again = await owner.find(order, 'order-17');
  expect(await again!.result).toMatchObject({ status: 'rolled-back', skipped: ['reserve'] });
});

test('a long list comes in pages', async () => {
  const owner = await open(visit);
  for (const id of ['a', 'b', 'c']) await owner.start(visit, undefined, { id });
  const first = JSON.parse((await here('list', '--limit', '2', '--json')).out);
  expect(first.runs.map(({ id }: { id: string }) => id)).toEqual(['a', 'b']);
  const rest = JSON.parse((await here('list', '--after', first.next, '--json')).out);
  expect([rest.runs.map(({ id }: { id: string }) => id), rest.next]).toEqual([['c'], null]);
  expect((await here('list', '--name', 'order')).out).toBe('no saga');
});

describe('what cannot work is named', () => {
  test.each([
    [['list'], 'which ledger? Say --dir'],
    [['list', '--dir', 'a', '--postgres', 'postgres://b/c'], '--dir and --postgres are different ledgers'],
    [['list', '--dir', ' '], '--dir is empty'],
    [['list', '--dir', '/nowhere/at/all'], 'a folder with a ledger in it'],
    [['list', '--dir', 'a', '--schema', 'b'], '--schema goes with --postgres'],
    [['list', '--postgres', 'mysql://a'], '--postgres must be a URL such as'],
    [['list', '--endpoints', 'http://a:1,b:2'], '--endpoints has b:2 among URLs'],
    [['list', '--endpoints', 'a'], '--endpoints has a, but must have addresses'],
    [['shout'], "saga has no command 'shout'"],
    [['skip', 'order-17', '--dir', 'a'], 'holdfast saga skip <id> <step>'],
    [['resolve', 'a', '', '--dir', 'a'], 'holdfast saga resolve <id> <step>'],
    [['show', 'a', '--loud'], "saga show: Unknown option '--loud'"],
  ])('%j', async (args, message) => {
    const { code, error } = await command(...args);
    expect(code).toBe(2);
    expect(error).toContain(message);
  });

  test.each([
    [['list', '--status', 'lost'], '--status is lost'],
    [['list', '--limit', '0'], '--limit is 0'],
    [['resolve', 'a', 'b', '--value', 'yes'], '--value is yes, but must be JSON'],
    [['retry', 'a', '--wait', 'long'], '--wait is long'],
  ])('%j', async (args, message) => {
    await open(visit);
    const { code, error } = await here(...args);
    expect(code).toBe(2);
    expect(error).toContain(message);
  });

  test('help says what there is', async () => {
    const { code, out } = await command('--help');
    expect(code).toBe(0);
    for (const word of [
      'list',
      'show',
      'retry',
      'skip',
      'resolve',
      'cancel',
      'signal',
      '--dir',
      '--postgres',
    ]) {
      expect(out).toContain(word);
    }
    expect((await command('skip', '--help')).out).toContain('holdfast saga skip <id> <step>');
  });
});

test('the environment says where the ledger is, unless an option does', () => {
  const environment = { HOLDFAST_POSTGRES: 'postgres://a/b', HOLDFAST_ENDPOINTS: 'c:1' };
  expect(ledgerPlace({}, environment)).toEqual({
    kind: 'postgres',
    url: 'postgres://a/b',
    schema: undefined,
  });
  expect(ledgerPlace({ endpoints: 'https://d:2', cacert: 'ca.pem', user: 'e:f' }, environment)).toMatchObject(
    {
      kind: 'etcd',
      endpoints: ['https://d:2'],
      tls: { ca: 'ca.pem' },
      user: { name: 'e', password: 'f' },
    },
  );
  expect(ledgerPlace({ endpoints: 'd:2', prefix: 'p/' }, {})).toMatchObject({
    kind: 'cluster',
    prefix: 'p/',
  });
});
