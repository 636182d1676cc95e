import { describe, expect, test } from 'vitest';
import type { BarrierCall, Ledger, Participant, TccCall, TccOptions } from '../../src/index.ts';
import { ledgers, memoryEngine, openLedger, ParticipantRegistry } from '../../src/index.ts';
import { skewedClock } from '../skewed-clock.ts';
import { type Booking, House, Travel, type Trip } from './booking.ts';

interface Office {
  readonly travel: Travel;
  readonly registry: ParticipantRegistry;
  readonly booking: Booking;
  readonly ledger: Ledger;
  readonly inn: House;
  readonly spa: House;
}

async function office(options: Partial<TccOptions<Trip>> = {}): Promise<Office> {
  const travel = new Travel('inn', 'spa');
  const life = travel.life();
  const registry = travel.registry(life);
  const booking = travel.booking(registry, options);
  const ledger = await travel.open(life, booking);
  const { inn, spa } = travel.houses;
  return { travel, registry, booking, ledger, inn: inn!, spa: spa! };
}

const trip: Trip = { inn: 1, spa: 1 };

/** A call of the trip under `id`, as its coordinator would make it. */
function callOf(ledger: Ledger, id: string, operation: BarrierCall['operation'], branch = 'spa'): TccCall {
  const transaction = `${ledger.ledgerId}:${id}`;
  return {
    transaction,
    branch,
    operation,
    key: `${transaction}/${branch}/${operation}`,
    epoch: 1,
    request: 1,
  };
}

describe('a booking', () => {
  test('is confirmed by all, with what each has reserved', async () => {
    const { ledger, booking, inn, spa } = await office();
    const run = await ledger.start(booking, trip, { id: 't' });
    expect(await run.result).toEqual({
      status: 'committed',
      value: { inn: { rooms: 1 }, spa: { rooms: 1 } },
      heuristics: [],
      unconfirmed: [],
    });
    expect([inn.rooms, spa.rooms]).toEqual(['9, 0, 1', '9, 0, 1']);
    await ledger.close();
  });

  test('is cancelled by all when one declines, and says who and why', async () => {
    const { ledger, booking, inn, spa } = await office();
    spa.full = true;
    const run = await ledger.start(booking, trip, { id: 't' });
    expect(await run.result).toMatchObject({
      status: 'rolled-back',
      error: { code: 'TRY_DECLINED', message: 'spa: no room left' },
    });
    expect([inn.rooms, spa.rooms]).toEqual(['10, 0, 0', '10, 0, 0']);
    await ledger.close();
  });

  test('is cancelled by all when one does not answer; a try that arrives after that is kept out', async () => {
    const { ledger, booking, travel, inn, spa } = await office();
    spa.answers = 'never';
    const run = await ledger.start(booking, trip, { id: 't' });
    await travel.world.advance('20s');
    spa.answers = 'always';
    await travel.world.advance('20s');
    expect(await run.result).toMatchObject({ status: 'rolled-back' });
    const late = await spa.call(callOf(ledger, 't', 'try'), new AbortController().signal);
    expect(late).toEqual({ verdict: 'lateTry' });
    expect([inn.rooms, spa.rooms]).toEqual(['10, 0, 0', '10, 0, 0']);
    await ledger.close();
  });

  test('a participant whose answers are lost does everything once', async () => {
    const { ledger, booking, travel, inn, spa } = await office();
    spa.answers = 'lost';
    const run = await ledger.start(booking, trip, { id: 't' });
    await travel.world.advance('1s');
    spa.answers = 'always';
    await travel.world.advance('1m');
    await run.result;
    expect([spa.rooms, spa.calls.length > 2]).toEqual([inn.rooms, true]);
    await ledger.close();
  });
});

describe('once it is confirmed', () => {
  test('a participant that is gone gets its confirm when it is registered again; meanwhile that can be seen', async () => {
    const { ledger, booking, travel, registry, inn, spa } = await office();
    const off = registry.register('spa', {
      call: (call, signal) => {
        if (call.operation === 'try') return spa.call(call, signal);
        off();
        throw new Error('gone');
      },
    });
    const run = await ledger.start(booking, trip, { id: 't' });
    await travel.world.advance('2m');
    expect(await run.summary()).toMatchObject({
      status: 'stuck',
      note: expect.stringContaining('in doubt: the confirm at spa'),
    });
    expect([inn.rooms, spa.rooms]).toEqual(['9, 0, 1', '9, 1, 0']);
    registry.register('spa', spa);
    await travel.world.advance('1m');
    expect(await run.result).toMatchObject({ status: 'committed', heuristics: [] });
    expect(spa.rooms).toBe('9, 0, 1');
    await ledger.close();
  });

  test('a reservation that has expired before its confirm came is a heuristic outcome, and never a silent success', async () => {
    const { ledger, booking, travel, inn, spa } = await office({ reservation: '2m' });
    await using expiry = spa.expiry(travel.world);
    let confirms = true;
    const call = spa.call.bind(spa);
    spa.call = (asked, signal) => {
      if (asked.operation === 'confirm' && confirms) throw new Error('cut off');
      return call(asked, signal);
    };
    const run = await ledger.start(booking, trip, { id: 't' });
    await travel.world.advance('3m');
    expect(spa.rooms).toBe('10, 0, 0');
    confirms = false;
    await travel.world.advance('1m');
    expect(await run.summary()).toMatchObject({ status: 'stuck', note: 'heuristic outcome: spa: cancelled' });
    const shown = ledgers.list().findLast(({ name }) => name === ledger.ledgerId)!;
    expect(await shown.describe('t')).toMatchObject({
      status: 'stuck',
      step: 'confirming',
      actions: ['resolve'],
      steps: [
        { name: 'inn', state: 'confirming', value: { rooms: 1 } },
        { name: 'spa', state: 'confirming', lastError: 'cancelled' },
      ],
    });
    await booking.acknowledge(ledger, 't');
    expect(await run.result).toMatchObject({
      status: 'committed',
      heuristics: [{ participant: 'spa', found: 'cancelled' }],
    });
    expect(inn.rooms).toBe('9, 0, 1');
    await expiry.close();
    await ledger.close();
  });

  test('a confirm that comes after the time but before the participant has looked is in time', async () => {
    const { ledger, booking, travel, spa } = await office({ reservation: '2m' });
    const call = spa.call.bind(spa);
    spa.call = (asked, signal) => {
      if (asked.operation === 'confirm' && travel.world.clock.now() < 180_000_000) throw new Error('cut off');
      return call(asked, signal);
    };
    const run = await ledger.start(booking, trip, { id: 't' });
    await travel.world.advance('4m');
    expect(await run.result).toMatchObject({ status: 'committed', heuristics: [] });
    await using expiry = spa.expiry(travel.world);
    expect(await expiry.expire()).toEqual([]);
    await expiry.close();
    await ledger.close();
  });
});

describe('a reservation', () => {
  test('of a coordinator that never comes back is cancelled when its time is up', async () => {
    const { travel, ledger, spa } = await office();
    const expiresAt = travel.world.clock.wall() + 60_000;
    await spa.call({ ...callOf(ledger, 'lost', 'try'), expiresAt }, new AbortController().signal);
    await using expiry = spa.expiry(travel.world);
    await travel.world.advance('59s');
    expect(spa.rooms).toBe('9, 1, 0');
    await travel.world.advance('11s');
    expect(spa.rooms).toBe('10, 0, 0');
    await expiry.close();
    await ledger.close();
  });

  test('expires at a participant that refuses calls of coordinators that have been replaced', async () => {
    const { travel, ledger, spa } = await office();
    const call = spa.call.bind(spa);
    let highest = 0;
    spa.call = async (asked, signal) => {
      if (asked.epoch !== undefined && asked.epoch < highest) throw new Error('of a replaced coordinator');
      highest = asked.epoch ?? highest;
      return call(asked, signal);
    };
    const expiresAt = travel.world.clock.wall() + 60_000;
    await spa.call({ ...callOf(ledger, 'lost', 'try'), expiresAt }, new AbortController().signal);
    await using expiry = spa.expiry(travel.world);
    await travel.world.advance('70s');
    expect(spa.rooms).toBe('10, 0, 0');
    await expiry.close();
    await ledger.close();
  });

  test.each(['try', 'confirm'] as const)('takes no %s without an epoch', async (operation) => {
    const { ledger, spa } = await office();
    const { epoch: _, ...call } = callOf(ledger, 't', operation);
    await expect(spa.call(call, new AbortController().signal)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining('call.epoch'),
    });
    await ledger.close();
  });

  test('that cannot be cancelled keeps none of the others from it', async () => {
    const { travel, ledger, spa } = await office();
    const expiresAt = travel.world.clock.wall() + 60_000;
    for (const id of ['broken', 'whole']) {
      await spa.call({ ...callOf(ledger, id, 'try'), expiresAt }, new AbortController().signal);
    }
    const call = spa.call.bind(spa);
    spa.call = async (asked, signal) => {
      if (asked.transaction.endsWith('broken')) throw new Error('this one cannot');
      return call(asked, signal);
    };
    await using expiry = spa.expiry(travel.world);
    await travel.world.advance('70s');
    expect(spa.rooms).toBe('9, 1, 0');
    await expect(expiry.expire()).rejects.toThrow('this one cannot');
    await expiry.close();
    await ledger.close();
  });

  test('is not confirmed once half its time is over: the confirms would come too late', async () => {
    const { travel, ledger, booking, spa } = await office({ reservation: '1m', callTimeout: '1h', tries: 1 });
    const call = spa.call.bind(spa);
    spa.call = (asked, signal) => {
      if (asked.operation === 'try') return new Promise(() => {});
      return call(asked, signal);
    };
    const run = await ledger.start(booking, trip, { id: 't' });
    await travel.world.advance('31s');
    expect(await run.result).toMatchObject({ status: 'rolled-back', error: { code: 'DEADLINE_EXCEEDED' } });
    await ledger.close();
  });

  test.each([
    ['behind', -3_600_000],
    ['ahead', 3_600_000],
  ])(
    'has its time from when the booking was started, also where the engine is an hour %s',
    async (_, skew) => {
      const travel = new Travel('inn', 'spa');
      const registry = travel.registry(travel.life());
      const booking = travel.booking(registry, { reservation: '1m', callTimeout: '1h', tries: 1 });
      const { world, houses } = travel;
      const { spa } = houses;
      const engine = memoryEngine({ world: skewedClock(world, skew) });
      const ledger = await openLedger({ engine, definitions: [booking], world, closeTimeout: 0 });
      expect(await (await ledger.start(booking, trip)).result).toMatchObject({ status: 'committed' });
      registry.register('spa', {
        call: (call, signal) => (call.operation === 'try' ? new Promise(() => {}) : spa!.call(call, signal)),
      });
      const run = await ledger.start(booking, trip);
      await world.advance('29s');
      expect((await run.summary()).status).toBe('running');
      await world.advance('2s');
      expect(await run.result).toMatchObject({ status: 'rolled-back', error: { code: 'DEADLINE_EXCEEDED' } });
      await ledger.close();
    },
  );

  test('is cancelled when the wall clock jumps past half its time while it is tried', async () => {
    const { travel, ledger, booking, inn, spa } = await office({ reservation: '1m' });
    const call = spa.call.bind(spa);
    spa.call = (asked, signal) => {
      if (asked.operation === 'try') travel.world.jumpWall(40_000);
      return call(asked, signal);
    };
    const run = await ledger.start(booking, trip, { id: 't' });
    expect(await run.result).toMatchObject({ status: 'rolled-back', error: { code: 'DEADLINE_EXCEEDED' } });
    expect([inn.rooms, spa.rooms]).toEqual(['10, 0, 0', '10, 0, 0']);
    await ledger.close();
  });
});

describe('the registry', () => {
  test('keeps what is unhealthy out of new bookings, and lets it in again', async () => {
    const { travel, ledger, booking, registry, inn, spa } = await office();
    let healthy = false;
    registry.register('spa', {
      call: (call, signal) => spa.call(call, signal),
      check: async () => {
        if (!healthy) throw new Error('the pool is empty');
      },
    });
    await travel.world.advance('1m');
    expect(registry.health).toEqual({ inn: 'unknown', spa: 'unhealthy' });
    const refused = await ledger.start(booking, trip, { id: 'one' });
    await travel.world.advance('1m');
    expect(await refused.result).toMatchObject({
      status: 'rolled-back',
      error: { code: 'PARTICIPANT_UNAVAILABLE', message: 'spa is not healthy' },
    });
    expect(inn.rooms).toBe('10, 0, 0');
    healthy = true;
    await travel.world.advance('1m');
    expect(registry.health).toEqual({ inn: 'healthy', spa: 'healthy' });
    const booked = await ledger.start(booking, trip, { id: 'two' });
    expect(await booked.result).toMatchObject({ status: 'committed' });
    registry.close();
    await ledger.close();
  });

  test('takes an answer that is none for no answer', async () => {
    const { travel, ledger, booking, registry, inn } = await office();
    registry.register('spa', { call: async () => ({ ok: true }) as never });
    const run = await ledger.start(booking, trip, { id: 't' });
    await travel.world.advance('1s');
    registry.register('spa', new House());
    await travel.world.advance('1m');
    await run.result;
    expect(inn.rooms).toBe('10, 0, 0');
    await ledger.close();
  });

  test('refuses names that records and marks cannot hold', () => {
    const participant: Participant = { call: () => Promise.reject(new Error('never called')) };
    expect(() => new ParticipantRegistry().register('a b', participant)).toThrow('name is');
  });
});
