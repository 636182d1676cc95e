import { type Duration, type Random, sleep } from '@holdfast/core';
import type { HostContext, Scenario, TimedOperation } from '@holdfast/simulation';
import {
  createBarrier,
  declined,
  expireReservations,
  type Ledger,
  LedgerMemory,
  type Participant,
  ParticipantRegistry,
  type TccCall,
  type TccDefinition,
  type TccReply,
  tcc,
  tccParticipant,
} from '../../src/index.ts';
import { outcomeOf } from '../../src/tcc/tcc.ts';
import {
  MemoryParticipantDatabase,
  type MemoryTransaction,
  memoryBarrierStorage,
} from '../../src/testkit/index.ts';
import { serveLedger } from './serve-ledger.ts';

/** A room in each of some houses. */
export type Trip = {
  readonly id: string;
  readonly houses: readonly string[];
  /** The worker that is asked. */
  readonly at: string;
};

const houses = ['inn', 'spa', 'zoo'] as const;
const workers = ['w1', 'w2'] as const;
/** So few that some trips find none. */
const rooms = 5;
const port = 80;

export interface BookingState {
  readonly memory: LedgerMemory;
  /** What is durable of each house. */
  readonly databases: Readonly<Record<string, MemoryParticipantDatabase>>;
  readonly desks: Map<string, { readonly ledger: Ledger; readonly booking: TccDefinition<Trip> }>;
  readonly asked: Map<string, Trip>;
}

/**
 * Two workers serve a ledger of bookings with three houses elsewhere, over HTTP. All of them crash and stand still, and the
 * network between them is what it is. `reservation`: where it is short, houses give rooms away before a confirm comes; `30d` is
 * longer than any clock is wrong, so that none does.
 */
export function bookings(reservation: Duration): Scenario<Trip, BookingState> {
  return {
    name: `tcc-bookings-${reservation}`,
    storm: '4s',
    settling: '60s',
    hosts: {
      ...Object.fromEntries(houses.map((host) => [host, serveHouse])),
      ...Object.fromEntries(
        workers.map((host) => [host, (context, state) => serveDesk(context, state, reservation)]),
      ),
    },
    faults: { hostsDownMax: 5 },
    state: () => ({
      memory: new LedgerMemory(),
      databases: Object.fromEntries(houses.map((name) => [name, newDatabase()])),
      desks: new Map(),
      asked: new Map(),
    }),
    operations: someTrips,
    async perform(trip, _client, state) {
      const desk = state.desks.get(trip.at);
      if (desk === undefined) return;
      state.asked.set(trip.id, trip);
      // Refused, or not known: whoever asks finds out by the id.
      await desk.ledger.start(desk.booking, trip, { id: trip.id }).catch(() => {});
    },
    progress: (state) =>
      [...state.asked.keys()].every((id) => (runOf(state, id)?.status ?? 'ended') === 'ended'),
    check: (state) => {
      const text = finding(state, reservation === '30d');
      return text === undefined ? undefined : { verdict: 'violated', text };
    },
  };
}

function serveHouse(context: HostContext, { databases }: BookingState): void {
  const database = databases[context.host]!;
  const house = tccParticipant<MemoryTransaction>({
    transact: (work) => database.transact(work),
    barrier: createBarrier(memoryBarrierStorage),
    try: async (transaction) => {
      if (transaction.numbers.get('free') === 0) throw declined('no room left');
      transaction.add('free', -1);
      transaction.add('reserved', 1);
      return context.host;
    },
    confirm: async (transaction) => {
      transaction.add('reserved', -1);
      transaction.add('taken', 1);
    },
    cancel: async (transaction) => {
      transaction.add('reserved', -1);
      transaction.add('free', 1);
    },
  });
  context.serve(port, async (request) =>
    Response.json(await house.call((await request.json()) as TccCall, request.signal)),
  );
  expireReservations({
    transact: (work) => database.transact(work),
    storage: memoryBarrierStorage,
    participant: house,
    every: '100ms',
    world: context,
  });
}

async function serveDesk(context: HostContext, state: BookingState, reservation: Duration): Promise<void> {
  const registry = new ParticipantRegistry({ world: context });
  for (const house of houses) registry.register(house, houseAt(context, house));
  const booking = tcc<Trip>('booking', {
    registry,
    branches: (trip) => trip.houses.map((participant) => ({ participant, request: trip.id })),
    reservation,
    callTimeout: '100ms',
    alarmAfter: '1s',
  });
  context.describe(() => ({ role: 'worker', phase: state.desks.has(context.host) ? 'serving' : 'starting' }));
  await serveLedger(context, state.memory, [booking], (ledger) => {
    state.desks.set(context.host, { ledger, booking });
    void acknowledgeAll(context, ledger, booking);
  });
}

function houseAt(context: HostContext, house: string): Participant {
  return {
    async call(call, signal) {
      const body = JSON.stringify(call);
      const response = await context.fetch(`http://${house}:${port}/tcc`, { method: 'POST', body, signal });
      return (await response.json()) as TccReply;
    },
  };
}

/** An operator who sees to every heuristic outcome. */
async function acknowledgeAll(
  context: HostContext,
  ledger: Ledger,
  booking: TccDefinition<Trip>,
): Promise<void> {
  try {
    for (;;) {
      const { runs } = await ledger.list({ status: 'stuck' });
      for (const { id, note } of runs) {
        if (note?.startsWith('heuristic outcome')) await booking.acknowledge(ledger, id);
      }
      await sleep('500ms', { world: context });
    }
  } catch {
    // The ledger is over.
  }
}

function newDatabase(): MemoryParticipantDatabase {
  const database = new MemoryParticipantDatabase();
  void database.transact(async (transaction) => transaction.add('free', rooms));
  return database;
}

function someTrips(random: Random): readonly TimedOperation<Trip>[] {
  return Array.from({ length: 10 }, (_, index) => {
    const left = random.below(houses.length + 1);
    return {
      at: 100_000 + index * 250_000 + random.below(200_000),
      client: `client-${index % 3}`,
      operation: {
        id: `trip-${index}`,
        houses: houses.filter((_house, place) => place !== left),
        at: workers[random.below(workers.length)]!,
      },
    };
  });
}

function runOf({ memory }: BookingState, id: string) {
  return memory.state.table.find(id);
}

/** What is wrong with the rooms or the trips; undefined when nothing is. */
function finding(state: BookingState, patient: boolean): string | undefined {
  const { databases, asked, memory } = state;
  for (const house of houses) {
    const [free, reserved, taken] = ['free', 'reserved', 'taken'].map((key) => databases[house]!.value(key));
    if (free! + reserved! + taken! !== rooms) return `${house} has ${free}, ${reserved} and ${taken} rooms`;
    if (reserved !== 0) return `${house} has ${reserved} rooms reserved for nobody`;
  }
  for (const trip of asked.values()) {
    const run = runOf(state, trip.id);
    const outcome = run === undefined ? undefined : outcomeOf(run.records);
    const told = outcome?.heuristics.map(({ participant }) => participant) ?? [];
    if (patient && told.length > 0) return `${trip.id} has a heuristic outcome: ${told.join(', ')}`;
    for (const house of trip.houses) {
      const key = JSON.stringify([`${memory.state.ledgerId}:${trip.id}`, house]);
      const confirmed = databases[house]!.marks.get(key)?.state === 'confirmed';
      const wanted = outcome?.status === 'committed';
      if (confirmed !== wanted && !told.includes(house)) {
        return `${trip.id} is ${outcome?.status ?? 'not there'}, but ${confirmed ? '' : 'not '}confirmed at ${house}`;
      }
    }
  }
  return undefined;
}
