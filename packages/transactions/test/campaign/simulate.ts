// Crash schedules of every protocol in turns, the kept seeds first: `--minutes 4` or `--schedules 10000`, `--first <seed>`; or
// one of them again: `--replay saga:17`. The first new seed follows from the commit, so that every commit tries others. A run
// in which nothing crashed, was cut off or taken over is no crash schedule, and is not counted. Ends with
// `N passed, N failed`.
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import type { Protocol } from './protocol.ts';
import { protocols } from './protocols.ts';

/** After so many failures there is enough to look at. */
const failuresMax = 5;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string' },
    schedules: { type: 'string' },
    first: { type: 'string' },
    replay: { type: 'string' },
  },
});
const { minutes = values.schedules === undefined ? '4' : 'Infinity', schedules = 'Infinity' } = values;
const commit = commitOf();
const firstSeed = values.first === undefined ? Number.parseInt(commit.slice(0, 7), 16) : Number(values.first);
const begun = Date.now();
let endsAt = begun + Number(minutes) * 60_000;
// A long one can be ended before: what it has tried by then counts.
process.once('SIGINT', () => {
  endsAt = 0;
});
const tallies = new Map(protocols.map((protocol) => [protocol, { schedules: 0, cuts: 0, calm: 0 }]));

let passed = 0;
let failed = 0;

if (values.replay === undefined) await takeTurns();
else await replay(values.replay);

for (const [{ name }, tally] of tallies) {
  console.log(
    `${name.padEnd(20)} ${tally.schedules} schedules with ${tally.cuts} crashes, cuts and takeovers; ` +
      `${tally.calm} runs had none`,
  );
}
console.log(`${passed + failed} crash schedules in ${Math.round((Date.now() - begun) / 1_000)} s`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

async function takeTurns(): Promise<void> {
  for (const protocol of protocols) for (const { seed } of protocol.keptSeeds) await go(protocol, seed);
  console.log(`Kept seeds, then new ones from ${firstSeed} on (commit ${commit.slice(0, 12)})`);
  for (let turn = 0; !isOver(); turn++) {
    for (const protocol of protocols) {
      const first = firstSeed + turn * protocol.seedsPerTurn;
      for (let n = 0; n < protocol.seedsPerTurn && !isOver(); n++) await go(protocol, first + n);
    }
  }
}

async function replay(which: string): Promise<void> {
  const [name, seed] = which.split(':');
  const protocol = protocols.find((each) => each.name === name);
  if (protocol === undefined || !Number.isSafeInteger(Number(seed))) {
    const names = protocols.map((each) => each.name).join(', ');
    throw new Error(`--replay is "${which}", but must be <protocol>:<seed>; protocols are ${names}`);
  }
  await go(protocol, Number(seed));
}

function isOver(): boolean {
  return passed + failed >= Number(schedules) || failed >= failuresMax || Date.now() >= endsAt;
}

async function go(protocol: Protocol, seed: number): Promise<void> {
  const tally = tallies.get(protocol)!;
  try {
    const cuts = await protocol.run(seed);
    tally.cuts += cuts;
    if (cuts === 0) tally.calm++;
    else {
      tally.schedules++;
      passed++;
    }
  } catch (error) {
    tally.schedules++;
    failed++;
    console.log(
      `FAILED ${protocol.name}, seed ${seed}: ${String(error)}\n` +
        `  git checkout ${commit.slice(0, 12)} && npm run simulate:transactions -- --replay ${protocol.name}:${seed}`,
    );
  }
}

function commitOf(): string {
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8' }).trim();
  } catch {
    return '0000000';
  }
}
