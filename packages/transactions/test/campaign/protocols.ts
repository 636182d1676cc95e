import { type AnyScenario, campaign, type FaultPlan } from '@holdfast/simulation';
import { anyFault, atomicCommit } from '../atomic-commit/scenario.ts';
import { shopSurvives } from '../choreography/shop-survives.ts';
import { bookings } from '../commit-simulation/bookings.ts';
import { transfers } from '../commit-simulation/transfers.ts';
import { relaySurvives } from '../relay/relay-survives.ts';
import { sagasSurvive } from '../saga/campaign/saga-run.ts';
import type { Protocol } from './protocol.ts';

/** All that is tried. */
export const protocols: readonly Protocol[] = [
  { name: 'saga', seedsPerTurn: 2, keptSeeds: [], run: async (seed) => (await sagasSurvive(seed)).cuts },
  simulated('two-phase', 4, transfers(), [
    {
      seed: 54_817_784,
      why: 'a branch whose rollback got lost was committed by the sweep, after the last resource had refused',
    },
  ]),
  simulated('two-phase-messages', 40, atomicCommit('two-phase', anyFault)),
  simulated('three-phase', 80, atomicCommit('three-phase')),
  simulated('tcc', 1, bookings('30d'), [
    {
      seed: 60_000_055,
      why: 'a clock that jumped by a day was not thought of: reservations were of ten minutes',
    },
  ]),
  simulated('tcc-expiring', 1, bookings('300ms'), [
    {
      seed: 99,
      why: 'what was told of a participant that was late hid the heuristic outcome that waited for an operator',
    },
  ]),
  { name: 'relay', seedsPerTurn: 8, keptSeeds: [], run: relaySurvives },
  {
    name: 'choreography',
    seedsPerTurn: 1,
    keptSeeds: [],
    run: async (seed) => (await shopSurvives(seed)).kills,
  },
];

/** The seeds of a scenario, every hundredth of them run twice: the same seed must give the same run. */
function simulated(
  name: string,
  seedsPerTurn: number,
  scenario: AnyScenario,
  keptSeeds: Protocol['keptSeeds'] = [],
): Protocol {
  return {
    name,
    seedsPerTurn,
    keptSeeds,
    async run(firstSeed) {
      let cuts = 0;
      const { failures } = await campaign(scenario, {
        firstSeed,
        seeds: 1,
        strategy: 'mixed',
        runTwiceEvery: firstSeed % 100 === 0 ? 1 : 0,
        onProgress: ({ latest }) => {
          cuts = cutsOf(latest.plan);
        },
      });
      for (const { verdict, text } of failures) throw new Error(`${verdict}: ${text}`);
      return cuts;
    },
  };
}

const cutting: ReadonlySet<string> = new Set(['crash', 'partition', 'cut', 'flap']);

/** A pause may end in a takeover, or may not: it is not counted. */
function cutsOf({ faults = [] }: FaultPlan): number {
  return faults.filter(({ kind }) => cutting.has(kind)).length;
}
