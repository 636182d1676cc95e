import { ManualWorld, type World } from '@holdfast/core';
import {
  createBarrier,
  declined,
  expireReservations,
  type Ledger,
  LedgerMemory,
  openLedger,
  type Participant,
  ParticipantRegistry,
  type ReservationExpiry,
  type Reservations,
  type TccCall,
  type TccDefinition,
  type TccOptions,
  type TransactionOutcome,
  tcc,
  tccParticipant,
} from '../../src/index.ts';
import {
  MemoryParticipantDatabase,
  type MemoryTransaction,
  memoryBarrierStorage,
} from '../../src/testkit/index.ts';
import { crashingEngine } from '../crash/crashing-ledger.ts';
import { Life } from '../crash/life.ts';

const capacity = 10;

/** A house with rooms: free, reserved and taken ones, and its own database. */
export class House implements Participant {
  readonly database: MemoryParticipantDatabase = new MemoryParticipantDatabase();
  /** Calls as they came: `try`, `confirm`, `cancel`. */
  readonly calls: string[] = [];
  /** Will not reserve. */
  full = false;
  /** Does not answer at all; `lost`: does what is asked for, and the answer is lost. */
  answers: 'always' | 'never' | 'lost' = 'always';
  readonly #participant: Participant;

  constructor() {
    const { database } = this;
    this.#participant = tccParticipant<MemoryTransaction>({
      transact: (work) => database.transact(work),
      barrier: createBarrier(memoryBarrierStorage),
      try: async (transaction, request) => {
        const rooms = Number(request);
        if (this.full) throw declined('no room left');
        transaction.add('free', -rooms);
        transaction.add('reserved', rooms);
        return { rooms };
      },
      confirm: async (transaction, reserved) => {
        const { rooms } = reserved as { rooms: number };
        transaction.add('reserved', -rooms);
        transaction.add('taken', rooms);
      },
      cancel: async (transaction, reserved) => {
        const { rooms } = reserved as { rooms: number };
        transaction.add('reserved', -rooms);
        transaction.add('free', rooms);
      },
    });
    void database.transact(async (transaction) => transaction.add('free', capacity));
  }

  async call(call: TccCall, signal: AbortSignal): Promise<Awaited<ReturnType<Participant['call']>>> {
    this.calls.push(call.operation);
    if (this.answers === 'never') throw new Error('nobody there');
    const reply = await this.#participant.call(call, signal);
    if (this.answers === 'lost') throw new Error('the answer is lost');
    return reply;
  }

  /** As `free, reserved, taken`. */
  get rooms(): string {
    return ['free', 'reserved', 'taken'].map((key) => this.database.value(key)).join(', ');
  }

  /** Cancels what has expired, as it does by itself. */
  expiry(world: World): ReservationExpiry {
    return expireReservations({
      transact: (work) => this.database.transact(work),
      storage: memoryBarrierStorage,
      participant: this,
      every: '10s',
      world,
    });
  }
}

/** Rooms asked of each house. */
export type Trip = Readonly<Record<string, number>>;
export type Booking = TccDefinition<Trip>;
export type BookingOutcome = TransactionOutcome<Reservations>;

/** Houses, a ledger, and the coordinators that come and go. */
export class Travel {
  readonly world: ManualWorld = new ManualWorld();
  readonly memory: LedgerMemory = new LedgerMemory();
  readonly houses: Readonly<Record<string, House>>;

  constructor(...names: readonly string[]) {
    this.houses = Object.fromEntries(names.map((name) => [name, new House()]));
  }

  life(endsAt: number = Number.POSITIVE_INFINITY): Life {
    return new Life(endsAt, () => this.memory.crash());
  }

  /** Houses as a process of that life reaches them. */
  registry(life: Life): ParticipantRegistry {
    const registry = new ParticipantRegistry({ world: this.world });
    for (const [name, house] of Object.entries(this.houses)) {
      registry.register(name, life.guard(house as Participant, 'call'));
    }
    return registry;
  }

  booking(registry: ParticipantRegistry, options: Partial<TccOptions<Trip>> = {}): Booking {
    return tcc<Trip>('booking', {
      registry,
      branches: (trip) => Object.entries(trip).map(([participant, request]) => ({ participant, request })),
      ...options,
    });
  }

  open(life: Life, booking: Booking): Promise<Ledger> {
    const engine = crashingEngine(life, this.memory, this.world);
    return openLedger({ engine, definitions: [booking], world: this.world, closeTimeout: 0 });
  }

  /** What is wrong now that all has been recovered; undefined when nothing is. */
  findings(outcome: BookingOutcome | undefined): string | undefined {
    const wanted = outcome?.status === 'committed' ? `${capacity - 1}, 0, 1` : `${capacity}, 0, 0`;
    for (const [name, { rooms }] of Object.entries(this.houses)) {
      if (rooms !== wanted) return `${name} has ${rooms}, but ${outcome?.status ?? 'no run'} means ${wanted}`;
    }
    return undefined;
  }
}
