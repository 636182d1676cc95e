import process from 'node:process';
import type { Drive } from './drive.ts';

type Log = (line: string) => void;

/** A few events whose promises, ticks and microtasks depend on the order in which a platform runs them. */
export interface TrickyProgram {
  readonly name: string;
  /** The code of each event, called in turn. */
  readonly events: (log: Log) => readonly (() => void)[];
}

/** What a way of running promises to their end has to get right. */
export const trickyPrograms: readonly TrickyProgram[] = [
  {
    name: 'nested awaits',
    events: (log) => {
      const descend = async (depth: number): Promise<number> => {
        if (depth === 0) return 0;
        const below = await descend(depth - 1);
        log(`depth ${depth}`);
        return below + 1;
      };
      return [() => void descend(12).then((depth) => log(`done ${depth}`)), () => void descend(3)];
    },
  },
  {
    name: 'ticks and microtasks that schedule each other',
    events: (log) => {
      const alternate = (left: number) => {
        if (left === 0) return;
        process.nextTick(() => {
          log(`tick ${left}`);
          queueMicrotask(() => log(`microtask of ${left}`));
          void Promise.resolve().then(() => {
            log(`promise of ${left}`);
            alternate(left - 1);
            process.nextTick(log, `late tick of ${left}`);
          });
        });
      };
      return [() => alternate(4), () => queueMicrotask(() => alternate(2)), () => log('nothing')];
    },
  },
  {
    name: 'asynchronous generators',
    events: (log) => {
      async function* count(end: number) {
        try {
          for (let number = 0; number < end; number++) yield Promise.resolve(number);
        } finally {
          await undefined;
          log('closed');
        }
      }
      const consume = async (end: number, leaveAt: number) => {
        for await (const number of count(end)) {
          log(`got ${number}`);
          if (number === leaveAt) break;
        }
        log('consumed');
      };
      return [() => void consume(4, 9), () => void Promise.all([consume(3, 1), consume(3, 0)])];
    },
  },
  {
    name: 'thenables, races and a promise settled by a later event',
    events: (log) => {
      let settle: (value: string) => void = () => {};
      const later = new Promise<string>((resolve) => {
        settle = resolve;
      });
      const thenable = {
        then: (resolve: (value: string) => void) => queueMicrotask(() => resolve('thenable')),
      };
      const wait = async () => {
        log(await thenable);
        log(await Promise.race([later, new Promise<never>(() => {})]));
        log((await Promise.allSettled([Promise.reject(1), later])).map(({ status }) => status).join());
      };
      return [() => void wait(), () => log('between'), () => settle('settled'), () => log('end')];
    },
  },
  {
    name: 'rejections that nobody handles, in time or at all',
    events: (log) => {
      const reject = () => Promise.reject(new Error('unhandled'));
      const handleLater = () => {
        const rejected = Promise.reject(new Error('handled'));
        queueMicrotask(() => process.nextTick(() => void rejected.catch(() => log('handled in time'))));
      };
      return [
        () => void reject(),
        () => handleLater(),
        () => {
          void reject();
          process.nextTick(log, 'tick beside a rejection');
          void Promise.resolve().then(() => log('promise beside a rejection'));
        },
        () => log('end'),
      ];
    },
  },
  {
    name: 'errors thrown by ticks and microtasks',
    events: (log) => {
      const explode = (text: string) => {
        throw new Error(text);
      };
      const surround = (schedule: (run: () => void) => void, text: string) => () => {
        schedule(() => log(`before ${text}`));
        schedule(() => explode(text));
        schedule(() => void Promise.resolve().then(() => log(`after ${text}`)));
        void Promise.resolve().then(() => log(`promise beside ${text}`));
      };
      return [
        surround(queueMicrotask, 'in a microtask'),
        surround((run) => process.nextTick(run), 'in a tick'),
        surround((run) => process.nextTick(() => queueMicrotask(run)), 'in a microtask of a tick'),
        () => log('end'),
      ];
    },
  },
];

/** The course that `program` takes under `drive`: what it logs, its events, and what nobody caught. */
export async function logOf(program: TrickyProgram, drive: Drive): Promise<readonly string[]> {
  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);
  const events = program.events(log);
  let next = 0;
  await drive(
    () => {
      if (next === events.length) return false;
      log(`event ${next}`);
      events[next++]!();
      return true;
    },
    (error) => log(`uncaught ${(error as Error).message}`),
  );
  return lines;
}
