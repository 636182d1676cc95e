import { ManualWorld, sleep } from '@holdfast/core';
import { describe, expect, test } from 'vitest';
import { memoryEngine } from '../engines/memory/memory-engine.ts';
import { transactionErrors } from '../errors.ts';
import { ledgers } from '../ledger/inspected-ledger.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { openLedger } from '../ledger/open-ledger.ts';
import { MemoryDatabase } from '../testkit/two-phase/memory-database.ts';
import { MemoryResource } from '../testkit/two-phase/memory-resource.ts';
import type { BranchId } from './branch-id.ts';
import type { BranchOutcome } from './resource.ts';
import { type BranchSweeper, sweepBranches } from './sweep-branches.ts';
import type { SweepReport } from './sweep-once.ts';
import { type TwoPhaseDefinition, twoPhase } from './two-phase.ts';
import type { TwoPhaseOptions } from './two-phase-options.ts';

type Work = TwoPhaseOptions<{ a: MemoryResource; b: MemoryResource }, number, string>['work'];

const move: Work = async ({ a, b }, amount) => {
  await a.set('x', (await a.get('x')) - amount);
  await b.set('x', (await b.get('x')) + amount);
  return 'moved';
};

/** Two databases, one ledger, one transfer. */
async function twoDatabases(work: Work = move, options: object = {}): Promise<TwoDatabases> {
  const world = new ManualWorld();
  const [one, other] = [new MemoryDatabase(), new MemoryDatabase()];
  const a = new MemoryResource({ name: 'a', database: one, world });
  const b = new MemoryResource({ name: 'b', database: other, world });
  const transfer = twoPhase('transfer', { resources: { a, b }, work, ...options });
  const engine = memoryEngine({ world, lease: '30d' });
  const ledger = await openLedger({ engine, definitions: [transfer], world });
  return { world, one, other, a, b, transfer, ledger };
}

interface TwoDatabases {
  readonly world: ManualWorld;
  readonly one: MemoryDatabase;
  readonly other: MemoryDatabase;
  readonly a: MemoryResource;
  readonly b: MemoryResource;
  readonly transfer: TwoPhaseDefinition<number, string>;
  readonly ledger: Ledger;
}

/** Makes the resource's answers to `operation` be these, one after another, and then its own again. */
function answering(
  resource: MemoryResource,
  operation: 'commit' | 'rollback',
  ...answers: readonly ((id: BranchId) => Promise<BranchOutcome>)[]
): void {
  const own = resource[operation].bind(resource);
  const left = [...answers];
  resource[operation] = (id: BranchId, signal?: AbortSignal) =>
    (left.shift() ?? ((same: BranchId) => own(same, signal)))(id);
}

/** A branch of a that its coordinator has prepared and nobody has ended. */
function leaveInDoubt(database: MemoryDatabase, transaction: string): void {
  const session = database.open({});
  database.write(session, `written by ${transaction}`, 1);
  database.prepare(session, { transaction, resource: 'a' });
}

const lost = async (): Promise<never> => {
  throw new Error('the answer is lost');
};

describe('a transaction over two databases', () => {
  test('is committed in both, with what its work gave', async () => {
    const { ledger, transfer, one, other } = await twoDatabases();
    const run = await ledger.start(transfer, 5, { id: 't' });
    expect(await run.result).toEqual({
      status: 'committed',
      value: 'moved',
      heuristics: [],
      unconfirmed: [],
    });
    expect([one.value('x'), other.value('x')]).toEqual([-5, 5]);
    await ledger.close();
  });

  test('is rolled back in both when its work throws, and says what that threw', async () => {
    const { ledger, transfer, one, other } = await twoDatabases(async (connections, amount, context) => {
      await move(connections, amount, context);
      throw new Error('not enough money');
    });
    const run = await ledger.start(transfer, 5, { id: 't' });
    const outcome = await run.result;
    expect(outcome).toMatchObject({ status: 'rolled-back', heuristics: [] });
    expect(String((outcome as { error: Error }).error.message)).toContain('not enough money');
    expect([one.value('x'), other.value('x'), one.openSessions, one.isLocked('x')]).toEqual([0, 0, 0, false]);
    await ledger.close();
  });

  test('leaves its sessions alone once its work is out of time, whatever that goes on to do', async () => {
    const refused: unknown[] = [];
    const { world, ledger, transfer, a, one } = await twoDatabases(
      async (connections) => {
        await sleep('1m', { world });
        await Promise.resolve()
          .then(() => connections.a.set('x', 1))
          .catch((error: unknown) => refused.push(error));
        return 'late';
      },
      { workTimeout: '1s' },
    );
    const used: string[] = [];
    const begin = a.begin.bind(a);
    a.begin = async (id, signal) => {
      const branch = await begin(id, signal);
      const connection = { ...branch.connection, set: async (key: string) => void used.push(key) };
      return Object.defineProperty(branch, 'connection', { value: connection });
    };
    const run = await ledger.start(transfer, 5, { id: 't' });
    await world.advance('2m');
    expect(await run.result).toMatchObject({ status: 'rolled-back', error: { code: 'DEADLINE_EXCEEDED' } });
    expect(used).toEqual([]);
    expect(refused).toMatchObject([{ code: 'ABORTED' }]);
    expect(one.value('x')).toBe(0);
    await ledger.close();
  });

  test('is rolled back in both when one votes no', async () => {
    const { ledger, transfer, one, other } = await twoDatabases(async (connections, amount, context) => {
      await move(connections, amount, context);
      setSessionsAdrift();
      return 'moved';
    });
    const setSessionsAdrift = () => other.restart();
    const run = await ledger.start(transfer, 5, { id: 't' });
    expect(await run.result).toMatchObject({ status: 'rolled-back', error: { code: 'BRANCH_ROLLED_BACK' } });
    expect([one.prepared, other.prepared]).toEqual([[], []]);
    await ledger.close();
  });

  test('is rolled back when its work takes too long, whether that stops or not', async () => {
    const { ledger, transfer, world, one } = await twoDatabases(() => new Promise(() => {}));
    const run = await ledger.start(transfer, 5, { id: 't' });
    await world.advance('31s');
    expect(await run.result).toMatchObject({ status: 'rolled-back', error: { code: 'DEADLINE_EXCEEDED' } });
    expect(one.openSessions).toBe(0);
    await ledger.close();
    expect(world.pendingTimers).toBe(0);
  });

  test('that gives no JSON is rolled back', async () => {
    const { ledger, transfer, one } = await twoDatabases((async () => 1n) as never);
    const run = await ledger.start(transfer, 5, { id: 't' });
    expect(await run.result).toMatchObject({ status: 'rolled-back', error: { code: 'INVALID_ARGUMENT' } });
    expect(one.openSessions).toBe(0);
    await ledger.close();
  });

  test('takes only ids and inputs that can be recorded', async () => {
    const { ledger, transfer } = await twoDatabases();
    await expect(ledger.start(transfer, 5, { id: 'with space' })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      context: { field: 'id' },
    });
    await expect(ledger.start(transfer, 5n as never, { id: 't' })).rejects.toMatchObject({
      context: { field: 'input' },
    });
    await ledger.close();
  });
});

describe('once it is decided', () => {
  test('a commit whose answer is lost is asked for again, and what is not there any more is unconfirmed', async () => {
    const { ledger, transfer, world, b, other } = await twoDatabases();
    answering(b, 'commit', async (id) => {
      other.commit(id);
      return lost();
    });
    const run = await ledger.start(transfer, 5, { id: 't' });
    await world.advance('1m');
    expect(await run.result).toMatchObject({ status: 'committed', heuristics: [], unconfirmed: ['b'] });
    expect(other.value('x')).toBe(5);
    await ledger.close();
  });

  test('a commit is asked for until it is answered; that it takes long can be seen meanwhile', async () => {
    const { ledger, transfer, world, b, other } = await twoDatabases();
    answering(b, 'commit', ...Array.from({ length: 30 }, () => lost));
    const run = await ledger.start(transfer, 5, { id: 't' });
    await world.advance('61s');
    expect(await run.summary()).toMatchObject({
      status: 'stuck',
      note: expect.stringContaining('in doubt: the commit at b'),
    });
    expect(ledger.figures.byStatus.stuck).toBe(1);
    await world.advance('1h');
    expect(await run.result).toMatchObject({ status: 'committed' });
    expect(other.value('x')).toBe(5);
    await ledger.close();
  });

  test('a heuristic outcome is told, and the transaction ends when an operator has acknowledged it', async () => {
    const { ledger, transfer, b, other } = await twoDatabases();
    answering(b, 'commit', async (id) => {
      other.rollback(id);
      return 'rolled back';
    });
    const run = await ledger.start(transfer, 5, { id: 't' });
    await eventually(async () => (await run.summary()).status === 'stuck');
    expect((await run.summary()).note).toBe('heuristic outcome: b: rolled back');
    expect(await transfer.acknowledge(ledger, 't')).toBe('posted');
    expect(await run.result).toMatchObject({
      status: 'committed',
      heuristics: [{ participant: 'b', found: 'rolled back' }],
    });
    await ledger.close();
  });

  test('a heuristic outcome is shown to people, and resolved by them', async () => {
    const { ledger, b, other, transfer } = await twoDatabases();
    answering(b, 'commit', async (id) => {
      other.rollback(id);
      return 'rolled back';
    });
    const run = await ledger.start(transfer, 5, { id: 't' });
    await eventually(async () => (await run.summary()).status === 'stuck');
    const shown = ledgers.list().findLast(({ name }) => name === ledger.ledgerId)!;
    expect(await shown.describe('t')).toMatchObject({
      status: 'stuck',
      problem: 'heuristic outcome: b: rolled back',
      step: 'committing',
      input: 5,
      actions: ['resolve'],
      steps: [
        { name: 'a', state: 'committing', lastError: undefined },
        { name: 'b', state: 'committing', lastError: 'rolled back' },
      ],
    });
    await expect(shown.act('t', { name: 'skip' })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await shown.act('t', { name: 'resolve' });
    await run.result;
    const { status, timeline } = (await shown.describe('t'))!;
    expect(status).toBe('committed');
    expect(timeline.map(({ what }) => what)).toEqual(['began', 'decided', 'heuristic outcome', 'committed']);
    await ledger.close();
  });

  test('a branch that is gone though nobody has asked for it before is a heuristic outcome', async () => {
    const { ledger, transfer, b, other } = await twoDatabases();
    answering(b, 'commit', async (id) => {
      other.rollback(id);
      return other.commit(id);
    });
    const run = await ledger.start(transfer, 5, { id: 't' });
    await eventually(async () => (await run.summary()).status === 'stuck');
    await transfer.acknowledge(ledger, 't');
    expect(await run.result).toMatchObject({ heuristics: [{ participant: 'b', found: 'unknown' }] });
    await ledger.close();
  });

  test('an operator who commits what is rolled back is told of as well', async () => {
    const { ledger, transfer, a, one, other } = await twoDatabases();
    other.prepare = () => {
      throw transactionErrors.create('BRANCH_ROLLED_BACK', { message: 'a deadlock' });
    };
    answering(a, 'rollback', async (id) => {
      one.commit(id);
      return 'committed';
    });
    const run = await ledger.start(transfer, 5, { id: 't' });
    await eventually(async () => (await run.summary()).status === 'stuck');
    await transfer.acknowledge(ledger, 't');
    expect(await run.result).toMatchObject({
      status: 'rolled-back',
      error: { code: 'BRANCH_ROLLED_BACK' },
      heuristics: [{ participant: 'a', found: 'committed' }],
    });
    await ledger.close();
  });
});

describe('the sweep', () => {
  test('ends what nobody sees to any more, and touches nothing else', async () => {
    const { ledger, transfer, world, one } = await twoDatabases();
    await (await ledger.start(transfer, 5, { id: 'done' })).result;
    let sweeper: BranchSweeper | undefined;
    const { ledgerId } = ledger;
    const names = [`hf:${ledgerId}:1:gone`, `hf:${ledgerId}:0:done`, 'hf:otherone:1:gone', 'somebody-else'];
    for (const transaction of names) leaveInDoubt(one, transaction);
    const { swept } = await new Promise<SweepReport>((onSweep) => {
      sweeper = sweepBranches({ ledger, resources: transfer.resources, world, onSweep });
    });
    await sweeper!.close();
    expect(swept.map(({ branch, found }) => `${branch.transaction} ${found}`)).toEqual([
      `hf:${ledgerId}:1:gone rolled back`,
      `hf:${ledgerId}:0:done rolled back`,
    ]);
    expect(one.prepared.map(({ transaction }) => transaction)).toEqual(names.slice(2));
    await ledger.close();
  });

  test('is made by a worker for as long as it has the ledger open', async () => {
    const { ledger, world, one } = await twoDatabases();
    const gone = `hf:${ledger.ledgerId}:1:gone`;
    leaveInDoubt(one, gone);
    await world.advance('30s');
    expect(one.prepared).toEqual([]);
    leaveInDoubt(one, gone);
    await ledger.close();
    await world.advance('1h');
    expect(one.prepared).toHaveLength(1);
  });

  test('goes on when a resource does not answer', async () => {
    const reports: SweepReport[] = [];
    const { ledger, world, a, one } = await twoDatabases(move, {
      sweep: { every: '5s', timeout: '1s', onSweep: (report: SweepReport) => void reports.push(report) },
    });
    const recover = a.recover.bind(a);
    a.recover = () => new Promise(() => {});
    await world.advance('6s');
    expect(reports.at(-1)!.unreachable).toEqual(['a']);
    a.recover = recover;
    leaveInDoubt(one, `hf:${ledger.ledgerId}:1:gone`);
    await world.advance('6s');
    expect(one.prepared).toEqual([]);
    await ledger.close();
  });

  test('is made once for a resource that definitions share', async () => {
    const world = new ManualWorld();
    const a = new MemoryResource({ name: 'a', database: new MemoryDatabase(), world });
    let asked = 0;
    const recover = a.recover.bind(a);
    a.recover = (...call) => {
      asked++;
      return recover(...call);
    };
    const define = (name: string) => twoPhase(name, { resources: { a }, work: async () => 1 });
    const engine = memoryEngine({ world, lease: '30d' });
    const ledger = await openLedger({ engine, definitions: [define('one'), define('other')], world });
    await world.advance('30s');
    expect(asked).toBe(2);
    await ledger.close();
  });

  test('is left to others where the definition says so', async () => {
    const { ledger, world, one } = await twoDatabases(move, { sweep: false });
    leaveInDoubt(one, `hf:${ledger.ledgerId}:1:gone`);
    await world.advance('1h');
    expect(one.prepared).toHaveLength(1);
    await ledger.close();
  });
});

describe('a definition', () => {
  const resource = (name: string, prepare = true) =>
    new MemoryResource({ name, database: new MemoryDatabase(), abilities: { prepare, settle: true } });
  const define = (resources: Readonly<Record<string, MemoryResource>>, options: object = {}) =>
    twoPhase('t', { resources, work: async () => 1, ...options });

  test.each([
    ['resources', () => define({})],
    ['resources', () => define({ a: resource('a', false), b: resource('b', false) })],
    ['resources.b.name', () => define({ a: resource('a'), b: resource('a') })],
    ['attempts', () => define({ a: resource('a') }, { attempts: 0 })],
    ['workTimeout', () => define({ a: resource('a') }, { workTimeout: 0 })],
    ['work', () => define({ a: resource('a') }, { work: undefined })],
    ['sweep.every', () => define({ a: resource('a') }, { sweep: { every: 0 } })],
  ])('that cannot work is refused, naming %s', (field, attempt) => {
    expect(attempt).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', context: expect.objectContaining({ field }) }),
    );
  });
});

async function eventually(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise(setImmediate);
}
