import type { Duration } from '@holdfast/core';
import { readTcc } from '../../src/tcc/tcc-state.ts';
import { type BookingOutcome, Travel } from './booking.ts';

export interface TravelCase {
  readonly name: string;
  readonly houses: readonly string[];
  /** Those that have no room. */
  readonly full: readonly string[];
  /** Those whose every second answer is lost. */
  readonly forgetful: readonly string[];
  /** `either`: it depends on where the first coordinator has come to. */
  readonly outcome: BookingOutcome['status'] | 'either';
  /** Default '10m'. A process that takes over comes after 30 seconds. */
  readonly reservation?: Duration;
}

export const travelCases: readonly TravelCase[] = [
  { name: 'two houses', houses: ['inn', 'spa'], full: [], forgetful: [], outcome: 'committed' },
  { name: 'three houses', houses: ['inn', 'spa', 'zoo'], full: [], forgetful: [], outcome: 'committed' },
  {
    name: 'a house that is full',
    houses: ['inn', 'spa'],
    full: ['spa'],
    forgetful: [],
    outcome: 'rolled-back',
  },
  { name: 'lost answers', houses: ['inn', 'spa'], full: [], forgetful: ['inn'], outcome: 'committed' },
  {
    name: 'a coordinator that comes when half the time is over',
    houses: ['inn', 'spa'],
    full: [],
    forgetful: [],
    outcome: 'either',
    reservation: '20s',
  },
  {
    name: 'a full house and lost answers',
    houses: ['inn', 'spa'],
    full: ['spa'],
    forgetful: ['inn', 'spa'],
    outcome: 'rolled-back',
  },
];

/** A booking with its coordinators ending at these boundaries, one after another. */
async function bookThrough(travelCase: TravelCase, ends: readonly number[]): Promise<number> {
  const travel = new Travel(...travelCase.houses);
  for (const name of travelCase.full) travel.houses[name]!.full = true;
  for (const name of travelCase.forgetful) forgetEverySecondAnswer(travel, name);
  let outcome: BookingOutcome | undefined;
  let crossed = 0;
  for (const endsAt of [...ends, Number.POSITIVE_INFINITY]) {
    const life = travel.life(endsAt);
    const registry = travel.registry(life);
    const { reservation = '10m' } = travelCase;
    const booking = travel.booking(registry, { reservation });
    let over = false;
    const going = goThrough().then(() => {
      over = true;
    });
    await travel.world.advance('30s');
    crossed = life.crossed;
    registry.close();
    if (!life.dead) {
      if (!over) throw new Error(`${travelCase.name}, ended at ${ends.join(' and ')}: it does not end`);
      await going;
      break;
    }

    async function goThrough(): Promise<void> {
      const ledger = await travel.open(life, booking);
      const trip = Object.fromEntries(travelCase.houses.map((name) => [name, 1]));
      const run = await ledger.start(booking, trip, { id: 'trip-1' });
      outcome = await run.result;
      const stored = await ledger.read('trip-1');
      await ledger.close();
      const { phase } = readTcc(stored!.records);
      if (phase !== 'ended') throw new Error(`it is ${phase}`);
    }
  }
  const { outcome: wanted } = travelCase;
  const wrong = wanted === 'either' || outcome?.status === wanted ? undefined : `it is ${outcome?.status}`;
  const finding = wrong ?? travel.findings(outcome);
  if (finding !== undefined)
    throw new Error(`${travelCase.name}, ended at ${ends.join(' and ')}: ${finding}`);
  return crossed;
}

/** Every crash point, and every pair of them: the second one is of the process that takes over. How many passages that are. */
export async function everyCrash(travelCase: TravelCase, pairs: boolean): Promise<number> {
  let passages = 1;
  const boundaries = await bookThrough(travelCase, []);
  for (let first = 1; first <= boundaries; first++) {
    const later = await bookThrough(travelCase, [first]);
    passages++;
    for (let second = 1; pairs && second <= later; second++) {
      await bookThrough(travelCase, [first, second]);
      passages++;
    }
  }
  return passages;
}

function forgetEverySecondAnswer(travel: Travel, name: string): void {
  const house = travel.houses[name]!;
  const call = house.call.bind(house);
  let calls = 0;
  house.call = async (...args) => {
    const reply = await call(...args);
    if (++calls % 2 === 1) throw new Error('the answer is lost');
    return reply;
  };
}
