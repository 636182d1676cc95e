// Goal: a ledger in a coordination store keeps the contract, whatever the store does to it. Method: the contract suite on
// the store in memory, and with several seeds on one that is some way off, loses answers, does late what it was asked for,
// takes less than it says, and does not tell of all changes.
import { type CoordinationStore, type MemoryStore, memoryStore } from '@holdfast/coordination';
import { type Duration, ManualWorld, seededRandom, sleep } from '@holdfast/core';
import { describe, expect, test } from 'vitest';
import {
  type EngineHost,
  type LedgerEngine,
  type LedgerSession,
  type NewRun,
  type OwnedRun,
  type StoreLedgerOptions,
  storeLedger,
} from '../../src/index.ts';
import { type LedgerCase, type LedgerUnderTest, ledgerContract } from '../../src/testkit/index.ts';
import { ProcessWorld } from './process-world.ts';
import { TroubledStore, type Troubles } from './troubled-store.ts';

const messagesMax = 20;

/** Lets time pass until `promise` is settled. */
async function settled<Value>(
  world: ManualWorld,
  promise: Promise<Value>,
  step: Duration = '1ms',
): Promise<Value> {
  let over = false;
  const end = (): void => {
    over = true;
  };
  promise.then(end, end);
  while (!over) await world.advance(step);
  return promise;
}

interface Process {
  readonly world: ProcessWorld;
  readonly store: MemoryStore;
}

/** Each worker is a process of its own, with a client of one store in memory. */
function underTest(
  world: ManualWorld,
  through: (store: MemoryStore, world: ProcessWorld) => CoordinationStore = (store) => store,
): LedgerUnderTest {
  const first = memoryStore({ world });
  const processes = new Map<LedgerSession, Process>();
  return {
    engine: async () => {
      const process = new ProcessWorld(world);
      const store = first.client(process);
      const options = { store: through(store, process), world: process, lease: '1s', messagesMax } as const;
      const engine = storeLedger(options satisfies StoreLedgerOptions);
      return {
        ...engine,
        join: async (host, joinOptions) => {
          const session = await engine.join(host, joinOptions);
          processes.set(session, { world: process, store });
          return session;
        },
      };
    },
    crash: async (session) => {
      processes.get(session)!.world.kill();
      processes.get(session)!.store.crash();
    },
    pause: async (session) => {
      processes.get(session)!.world.suspend();
      return async () => processes.get(session)!.world.resume();
    },
    sleep: (duration, options) => sleep(duration, { world, ...options }),
    takeover: '2s',
    messagesMax,
  };
}

describe('a ledger on the store in memory keeps the contract', () => {
  test.each([...ledgerContract])('$name', async ({ run }: LedgerCase) => {
    const world = new ManualWorld();
    await settled(world, run(underTest(world)));
    await world.advance('1m');
    expect(world.pendingTimers, 'nothing is left running').toBe(0);
  });
});

describe('and on one with every trouble', () => {
  const troubles: Troubles = { lost: 150, unanswered: 150, late: 150, compacted: 200, operationsMax: 40 };

  test.each([...ledgerContract])('$name', async ({ run }: LedgerCase) => {
    for (let seed = 1; seed <= 8; seed++) {
      const world = new ManualWorld();
      const random = seededRandom(seed);
      const under = underTest(world, (store, process) => new TroubledStore(store, process, random, troubles));
      await settled(world, run(under)).catch((error) => {
        throw new Error(`seed ${seed}`, { cause: error });
      });
    }
  });
});

/** A worker that only takes what it is given. */
function workerOf(adopted: OwnedRun[]): EngineHost {
  return { adopt: (runs) => void adopted.push(...runs), lost: () => {} };
}

const types = ['test/run'];
const newRun = (id: string): NewRun => ({ id, type: 'test/run', version: 1, records: [Uint8Array.of(1)] });

test('hundreds of runs of several dead workers go to those that live, each to one, with all they have', async () => {
  const world = new ManualWorld();
  const first = memoryStore({ world });
  const engineOf = (store: MemoryStore): LedgerEngine => storeLedger({ store, world, lease: '1s' });
  await settled(
    world,
    (async () => {
      const given: OwnedRun[][] = [[], []];
      const living = await Promise.all(
        given.map((runs) => engineOf(first.client()).join(workerOf(runs), { types })),
      );
      const dying = [first.client(), first.client(), first.client()];
      const epochs: number[] = [];
      for (const [index, store] of dying.entries()) {
        const session = await engineOf(store).join(workerOf([]), { types });
        const ids = Array.from({ length: 150 }, (_, number) => `${index}-${number}`);
        const runs = (await Promise.all(ids.map((id) => session.create(newRun(id))))) as OwnedRun[];
        await Promise.all(
          runs.map((run) => session.append(run, [Uint8Array.of(2, index), Uint8Array.of(3)])),
        );
        await session.claim(runs[7]!, 'key');
        epochs.push(session.epoch);
      }
      for (const store of dying) store.crash();
      await sleep('5s', { world });
      const all = given.flat();
      for (const [index, session] of living.entries()) {
        if (given[index]!.length === 0) continue;
        expect(session.epoch, 'tokens of those before it are fenced').toBeGreaterThan(Math.max(...epochs));
      }
      expect(new Set(all.map(({ id }) => id)).size).toBe(450);
      expect(all.length).toBe(450);
      for (const { id, records } of all) {
        expect(records.map((record) => [...record])).toEqual([[1], [2, Number(id[0])], [3]]);
      }
      expect(all.flatMap(({ id, held }) => held.map((key) => [id, key]))).toEqual([['0-7', 'key']]);
      for (const session of living) await session.close();
    })(),
  );
});

test('a store that takes less than it says gets smaller transactions, also where runs are taken over and forgotten', async () => {
  const world = new ManualWorld();
  const first = memoryStore({ world });
  const troubles = { lost: 0, unanswered: 0, late: 0, compacted: 0, operationsMax: 10 };
  const random = seededRandom(1);
  const join = (store: MemoryStore, adopted: OwnedRun[]): Promise<LedgerSession> =>
    storeLedger({
      store: new TroubledStore(store, world, random, troubles),
      world,
      lease: '1s',
      retention: '1h',
    }).join(workerOf(adopted), { types });
  await settled(
    world,
    (async () => {
      const dying = first.client();
      const dead = await join(dying, []);
      const ids = Array.from({ length: 60 }, (_, number) => `${number}`);
      await Promise.all(ids.map((id) => dead.create(newRun(id))));
      const adopted: OwnedRun[] = [];
      const living = await join(first.client(), adopted);
      dying.crash();
      await sleep('5s', { world });
      expect(adopted.map(({ id, records }) => [id, records.length])).toEqual(ids.map((id) => [id, 1]));
      expect((await living.list({})).runs.map(({ id }) => id)).toEqual(ids);
      await Promise.all(adopted.map((run) => living.append(run, [], { status: 'ended' })));
      await sleep('2h', { world });
      expect((await living.list({})).runs).toEqual([]);
      await living.close();
    })(),
    '1s',
  );
});

test('while several transactions are under way, changes of one run and of one line keep their order', async () => {
  const troubles = { lost: 100, unanswered: 100, late: 100, compacted: 200, operationsMax: 10 };
  let mostUnderWay = 0;
  for (let seed = 1; seed <= 10; seed++) {
    const world = new ManualWorld();
    const store = new TroubledStore(memoryStore({ world }), world, seededRandom(seed), troubles);
    const transact = store.transact.bind(store);
    let underWay = 0;
    store.transact = (transaction) => {
      mostUnderWay = Math.max(mostUnderWay, ++underWay);
      return transact(transaction).finally(() => underWay--);
    };
    await settled(
      world,
      (async () => {
        const session = await storeLedger({ store, world }).join(workerOf([]), { types });
        const ids = Array.from({ length: 30 }, (_, number) => `${number}`);
        const runs = (await Promise.all(ids.map((id) => session.create(newRun(id))))) as OwnedRun[];
        const granted: string[] = [];
        const ends: Promise<void>[] = [];
        const end = (run: OwnedRun): void => {
          granted.push(run.id);
          ends.push(session.append(run, [Uint8Array.of(4)], { status: 'ended' }));
        };
        const claims = runs.map((run) => {
          run.listener = { message: () => {}, granted: () => end(run) };
          session.append(run, [Uint8Array.of(2)]);
          const claim = session.claim(run, 'key');
          session.append(run, [Uint8Array.of(3)]);
          return claim;
        });
        expect(await Promise.all(claims), `seed ${seed}`).toEqual(ids.map((_, index) => index === 0));
        end(runs[0]!);
        while (granted.length < runs.length) await sleep('10ms', { world });
        await Promise.all(ends);
        expect(granted, `seed ${seed}`).toEqual(ids);
        for (const id of ids) {
          expect((await session.read(id))?.records.map(([byte]) => byte)).toEqual([1, 2, 3, 4]);
        }
        expect((await store.range('ledger/news/line/')).entries).toEqual([]);
        await session.close();
      })(),
    );
  }
  expect(mostUnderWay).toBeGreaterThan(1);
});

test('a key that becomes free while its claim is answered is not missed', async () => {
  const world = new ManualWorld();
  const store = memoryStore({ world });
  const calm = { lost: 0, unanswered: 0, late: 0, compacted: 0, operationsMax: 128 };
  const slow = new TroubledStore(store, world, seededRandom(1), calm);
  const transact = slow.transact.bind(slow);
  slow.transact = async (transaction) => {
    const answer = await transact(transaction);
    await sleep('100ms', { world });
    return answer;
  };
  await settled(
    world,
    (async () => {
      const holding = await storeLedger({ store, world }).join(workerOf([]), { types });
      const waiting = await storeLedger({ store: slow, world }).join(workerOf([]), { types });
      const a = (await holding.create(newRun('a'))) as OwnedRun;
      const b = (await waiting.create(newRun('b'))) as OwnedRun;
      await holding.claim(a, 'key');
      const claim = waiting.claim(b, 'key');
      await sleep('30ms', { world });
      await holding.release(a, 'key');
      expect(await claim).toBe(true);
      await holding.close();
      await waiting.close();
    })(),
  );
});

test('a worker that comes takes nothing from one that lives, and asks for nothing of it', async () => {
  const world = new ManualWorld();
  const store = memoryStore({ world });
  const calm = { lost: 0, unanswered: 0, late: 0, compacted: 0, operationsMax: 128 };
  const coming = new TroubledStore(store, world, seededRandom(1), calm);
  const transact = coming.transact.bind(coming);
  let asked = 0;
  // Who asks for ever gets no answer any more, so that the test ends.
  coming.transact = (transaction) => (++asked > 20 ? new Promise(() => {}) : transact(transaction));
  await settled(
    world,
    (async () => {
      const living = await storeLedger({ store, world }).join(workerOf([]), { types });
      await living.create(newRun('a'));
      const adopted: OwnedRun[] = [];
      const session = await storeLedger({ store: coming, world }).join(workerOf(adopted), { types });
      await sleep('1s', { world });
      expect(adopted).toEqual([]);
      expect(asked, 'the transaction with which it came').toBe(1);
      await session.close();
      await living.close();
    })(),
  );
});

/** Workers of one name, each with a client of one store. */
function livesOf(world: ManualWorld, seed: number, troubles: Partial<Troubles> = {}) {
  const first = memoryStore({ world });
  const random = seededRandom(seed);
  const all = { lost: 0, unanswered: 0, late: 0, compacted: 0, operationsMax: 128, ...troubles };
  return async (worker: string | undefined, store = first.client()) => {
    const adopted: OwnedRun[] = [];
    const lost: string[] = [];
    const session = await storeLedger({
      store: new TroubledStore(store, world, random, all),
      world,
      worker,
    }).join(
      { adopt: (runs) => void adopted.push(...runs), lost: ({ code }) => void lost.push(code) },
      { types },
    );
    return { session, store, adopted, lost };
  };
}

test('the next life of a worker has its runs at once, whatever became of the one before', async () => {
  for (let seed = 1; seed <= 20; seed++) {
    const world = new ManualWorld();
    const troubles = { lost: 150, unanswered: 150, late: 150, compacted: 200 };
    const join = livesOf(world, seed, troubles);
    await settled(
      world,
      (async () => {
        let life = await join('orders');
        const run = (await life.session.create(newRun('a'))) as OwnedRun;
        await life.session.append(run, [Uint8Array.of(2)]);
        await life.session.claim(run, 'key');
        for (let number = 0; number < 3; number++) {
          const before = life;
          if (number % 2 === 0) before.store.crash();
          const joinedAt = world.clock.now();
          life = await join('orders');
          while (life.adopted.length === 0) await sleep('10ms', { world });
          expect(world.clock.now() - joinedAt, 'less than the 10 s of a lease').toBeLessThan(5_000_000);
          const [again] = life.adopted;
          expect(again!.records.map(([byte]) => byte)).toEqual([1, 2]);
          expect(again!.held).toEqual(['key']);
          expect(life.session.epoch).toBeGreaterThan(before.session.epoch);
        }
        await life.session.append(life.adopted[0]!, [Uint8Array.of(3)], { status: 'ended' });
        expect(
          (await life.session.read('a'))?.records.map(([byte]) => byte),
          `seed ${seed}`,
        ).toEqual([1, 2, 3]);
        await life.session.close();
      })(),
    );
  }
});

test('a former life that still breathes changes nothing any more, and is told', async () => {
  const world = new ManualWorld();
  const join = livesOf(world, 1);
  await settled(
    world,
    (async () => {
      const former = await join('orders');
      const other = await join('other');
      const run = (await former.session.create(newRun('a'))) as OwnedRun;
      await other.session.create(newRun('b'));
      const late = former.session.append(run, [Uint8Array.of(2)]).catch(({ code }) => code);
      const next = await join('orders');
      await late;
      const stale = [
        former.session.append(run, [Uint8Array.of(4)]),
        former.session.append(run, [], { status: 'ended' }),
        former.session.create(newRun('c')),
      ];
      for (const attempt of stale) await expect(attempt).rejects.toMatchObject({ code: 'LEDGER_FENCED' });
      const idle = await join('orders');
      await sleep('100ms', { world });
      expect(next.lost, 'one that does nothing is told as well').toEqual(['LEDGER_FENCED']);
      expect(former.lost).toEqual(['LEDGER_FENCED']);
      expect([...idle.adopted, ...other.adopted].map(({ id }) => id)).toEqual(['a']);
      expect((await idle.session.read('a'))?.records.map(([byte]) => byte)).not.toContain(4);
      expect(await idle.session.read('c')).toBeUndefined();
      expect(other.lost, 'another name is another worker').toEqual([]);
      for (const { session } of [former, next, idle, other]) await session.close();
      expect((await other.store.range('')).entries.map(({ key }) => key.split('/')[1])).not.toContain('name');
    })(),
  );
});

test('a name that cannot be part of a key is refused', () => {
  const store = memoryStore({ world: new ManualWorld() });
  expect(() => storeLedger({ store, worker: '' })).toThrow(
    expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
  );
});

test('runs that have ended are forgotten after their time, the earliest first, and leave no key', async () => {
  const world = new ManualWorld();
  const store = memoryStore({ world });
  const engine = storeLedger({ store, world, retention: '1h', retainedMax: 30 });
  await settled(
    world,
    (async () => {
      const session = await engine.join(workerOf([]), { types });
      const keys = (await store.range('')).entries.length;
      for (let number = 0; number < 80; number++) {
        const run = (await session.create(newRun(`${number}`))) as OwnedRun;
        await session.claim(run, `key ${number}`);
        await session.post(run.id, Uint8Array.of(1));
        await session.append(run, [], { status: 'ended' });
        await sleep('10ms', { world });
      }
      await sleep('2m', { world });
      const { runs } = await session.list({});
      expect(runs.map(({ id }) => id)).toEqual(Array.from({ length: 30 }, (_, index) => `${index + 50}`));
      expect(await session.read('3')).toBeUndefined();
      expect((await session.create(newRun('3'))).owned).toBe(true);
      await session.append((await session.create(newRun('3'))) as OwnedRun, [], { status: 'ended' });
      await sleep('2h', { world });
      expect((await session.list({})).runs).toEqual([]);
      expect((await store.range('')).entries.length).toBe(keys);
      await session.close();
      expect((await store.range('')).entries.map(({ key }) => key)).toEqual(['ledger/id']);
    })(),
    '1s',
  );
});

test('what is too large for the store is refused at the door, and many messages and keys are let go at once', async () => {
  const world = new ManualWorld();
  const store = memoryStore({ world });
  await settled(
    world,
    (async () => {
      const session = await storeLedger({ store, world }).join(workerOf([]), { types });
      const run = (await session.create(newRun('a'))) as OwnedRun;
      const large = new Uint8Array(store.capabilities.requestBytesMax);
      await expect(session.append(run, [large])).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
      await expect(session.post('a', large)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
      const numbers = Array.from({ length: 300 }, (_, index) => index + 1);
      for (const number of numbers) {
        await session.post('a', Uint8Array.of(1));
        await session.claim(run, `key ${number}`);
      }
      await session.append(run, [], { consumed: numbers });
      await session.append(run, [], { status: 'ended' });
      const { entries } = await store.range('ledger/news/');
      expect(entries.filter(({ key }) => /message|line/.test(key))).toEqual([]);
      await session.close();
    })(),
  );
});

test('a wall clock that is set back does not bring runs out of their order', async () => {
  const world = new ManualWorld();
  const store = memoryStore({ world });
  await settled(
    world,
    (async () => {
      const session = await storeLedger({ store, world }).join(workerOf([]), { types });
      await session.create(newRun('first'));
      world.jumpWall(-3_600_000);
      await session.create(newRun('second'));
      expect((await session.list({})).runs.map(({ id }) => id)).toEqual(['first', 'second']);
      await session.close();
    })(),
  );
});

test('many messages come in their order and once, though a watch keeps some to itself', async () => {
  for (let seed = 1; seed <= 20; seed++) {
    const world = new ManualWorld();
    const first = memoryStore({ world });
    const random = seededRandom(seed);
    const troubles = { lost: 0, unanswered: 0, late: 0, compacted: 300, operationsMax: 128 };
    const engine = () =>
      storeLedger({ store: new TroubledStore(first.client(), world, random, troubles), world });
    await settled(
      world,
      (async () => {
        const session = await engine().join(workerOf([]), { types });
        const run = (await session.create(newRun('a'))) as OwnedRun;
        const told: number[] = [];
        run.listener = { message: ({ sequence }) => void told.push(sequence), granted: () => {} };
        const visits = [await engine().visit(), await engine().visit(), session];
        const posts = visits.map(async (visit) => {
          for (let count = 0; count < 20; count++) await visit.post('a', Uint8Array.of(count));
        });
        await Promise.all(posts);
        await sleep('1s', { world });
        expect(told, `seed ${seed}`).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
        for (const visit of visits) await visit.close();
      })(),
    );
  }
});

test('changes of one key in one turn are made one after the other', async () => {
  const world = new ManualWorld();
  const store = memoryStore({ world });
  await settled(
    world,
    (async () => {
      const session = await storeLedger({ store, world }).join(workerOf([]), { types });
      const [a, b] = (await Promise.all(['a', 'b'].map((id) => session.create(newRun(id))))) as OwnedRun[];
      session.append(a!, [], { status: 'stuck', note: 'first' });
      session.append(a!, [], { status: 'running' });
      await session.append(a!, [], { status: 'stuck', note: 'last' });
      expect(await session.read('a')).toMatchObject({ status: 'stuck', note: 'last' });
      const claims = [session.claim(a!, 'k'), session.claim(b!, 'k')];
      session.release(a!, 'k');
      const again = session.claim(a!, 'k');
      expect(await Promise.all(claims)).toEqual([true, false]);
      expect(await again, 'who comes back stands at the end').toBe(false);
      await session.close();
    })(),
  );
});
