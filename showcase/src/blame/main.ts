import { readFlags, toWhole, UsageError } from '../arguments.ts';
import type { Guarded } from '../processes/guarded.ts';
import { underGuard } from '../processes/under-guard.ts';
import { holdTrial } from './hold-trial.ts';
import { renderTrials, type TriedStorm } from './table.ts';
import { drawTrial, type TroubleKind, troubleKinds } from './trial.ts';
import { NeverWell } from './warm-up.ts';

const usage = `npm run storms -- [options]

Whom does the console blame? For each seed a shop with the Holdfast stack runs calmly for a while, then one of its
services is in one kind of trouble. The first page of the console is looked at once a second: it is right when most of
the looks that name anybody, while the trouble lasts, name that service first.

  --count <number>   how many storms, one after the other (default 10); each takes about 40 s
  --seed <number>    of the first (default 1); the next ones have the seeds after it
  --rate <number>    orders per second (default: drawn, 15 to 30)
  --kinds <list>     only troubles of these kinds: ${troubleKinds.join(', ')}
  --keep <folder>    keeps a record of each storm there, and in a folder beside it what the console stored
  --help             prints this

Exit codes: 0 at least nine of ten were right (all, where there are fewer than ten), 1 they were not, 2 it could not
be run as asked.
`;

interface Arguments {
  readonly count: number;
  readonly seed: number;
  readonly ordersPerSecond: number | undefined;
  readonly kinds: readonly TroubleKind[];
  readonly keep: string | undefined;
}

/** Holds one trial after the other. Whether enough of them were right. */
async function main(
  { count, seed, ordersPerSecond, kinds, keep }: Arguments,
  guarded: Guarded,
): Promise<number> {
  const tried: TriedStorm[] = [];
  for (let index = 0; index < count; index++) {
    const drawn = drawTrial(seed + index, kinds);
    const trial = { ...drawn, ordersPerSecond: ordersPerSecond ?? drawn.ordersPerSecond };
    process.stderr.write(`storm ${index + 1} of ${count}, seed ${trial.seed}\n`);
    const told = (what: string): void => void process.stderr.write(`  ${what}\n`);
    tried.push({ trial, verdict: await holdTrial(trial, { guarded, keep, told }) });
  }
  const passed = tried.filter(({ verdict }) => verdict.right).length;
  process.stdout.write(`\n${renderTrials(tried)}\n\n${passed} passed, ${count - passed} failed\n`);
  return count - passed <= Math.floor(count / 10) ? 0 : 1;
}

/** @throws UsageError naming the flag and the value. */
function parse(argv: readonly string[]): Arguments | undefined {
  const text = { type: 'string' } as const;
  const options = {
    count: text,
    seed: text,
    rate: text,
    kinds: text,
    keep: text,
    help: { type: 'boolean' },
  } as const;
  const values = readFlags(argv, options);
  if (values.help) return undefined;
  return {
    count: toWhole('--count', values.count ?? '10', 1, 10_000),
    seed: toWhole('--seed', values.seed ?? '1', 0, Number.MAX_SAFE_INTEGER),
    ordersPerSecond: values.rate === undefined ? undefined : toWhole('--rate', values.rate, 5, 200),
    kinds: values.kinds === undefined ? troubleKinds : values.kinds.split(',').map(toKind),
    keep: values.keep,
  };
}

function toKind(text: string): TroubleKind {
  const kind = troubleKinds.find((each) => each === text);
  if (kind !== undefined) return kind;
  throw new UsageError(`--kinds has ${JSON.stringify(text)}, but must be of ${troubleKinds.join(', ')}`);
}

try {
  const args = parse(process.argv.slice(2));
  if (args === undefined) process.stdout.write(usage);
  else process.exit(await underGuard((guarded) => main(args, guarded)));
} catch (error) {
  if (!(error instanceof UsageError || error instanceof NeverWell)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
