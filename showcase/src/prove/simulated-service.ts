import type { HostContext } from '@holdfast/simulation';
import { openJournal } from '@holdfast/storage';
import { journalEngine, type Ledger, openLedger } from '@holdfast/transactions';
import type { Fact } from '../shop/facts.ts';
import { answerToFailure } from '../shop/failures.ts';
import { Hands } from '../shop/hands.ts';
import type { Answer, Received } from '../shop/http.ts';
import { weathered } from '../shop/server.ts';
import { type ServiceName, serviceNames, traits } from '../shop/services.ts';
import type { OpenBusiness, Workplace } from '../shop/workplace.ts';
import { holdfastStackOver } from '../stack/holdfast.ts';
import { newTally } from '../stack/tally.ts';
import type { Weather } from '../storm/weather.ts';
import { SimulatedWire } from './simulated-wire.ts';

/** What a simulated service shares with those who watch it. */
export interface ServiceSetting {
  /** What its disk holds for certain: it outlives the process. */
  readonly book: Fact[];
  /** Whether it is slow or broken is told to it from outside. */
  readonly weather: Weather;
  readonly ledgerOpened: (ledger: Ledger) => void;
}

/** One life of one service of the shop: its own business, hands, policies and ledger, in a simulated process. */
export async function startService(
  service: ServiceName,
  open: OpenBusiness,
  context: HostContext,
  { book, weather, ledgerOpened }: ServiceSetting,
): Promise<void> {
  let answer = async (_: Received): Promise<Answer> => closed;
  const wire = new SimulatedWire(context, (request) => answer(request));
  const stack = holdfastStackOver(wire.send, { service, ports, tally: newTally(), world: context });
  const workplace: Workplace = {
    hands: new Hands(traits[service], weather),
    stack,
    world: context,
    openBook: async (remember) => {
      for (const fact of book) remember(fact);
      return {
        append: async (fact) => {
          await flushed();
          book.push(fact);
        },
      };
    },
    openLedger: async (definition) => {
      const engine = journalEngine({
        open: () =>
          openJournal({
            world: context,
            disk: context.disk,
            directory: 'ledger',
            segmentBytes,
            exclusive: true,
          }),
        world: context,
        recordBytesMax,
      });
      const ledger = await openLedger({ engine, definitions: [definition], world: context });
      ledgerOpened(ledger);
      return ledger;
    },
  };
  const business = await open(workplace);
  const handler = weathered(business.handle, weather);
  answer = async (request) => {
    try {
      return await stack.admit(request, handler);
    } catch (error) {
      return answerToFailure(error);
    }
  };
}

const closed: Answer = { status: 503, body: { error: 'this service is not open yet' } };
/** On the simulated network a name is enough. */
const ports = Object.fromEntries(serviceNames.map((name) => [name, 0])) as Record<ServiceName, number>;
const segmentBytes = 2 ** 15;
const recordBytesMax = 2 ** 14;

/** A crash before this has ended leaves nothing of what was appended. */
function flushed(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1));
}
