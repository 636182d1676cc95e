/**
 * How often is the second of two troubles named first, which begins a second after the first one has ended?
 *
 *     npx tsx --conditions @holdfast/source packages/insight/test/campaign/succession.ts [seeds] [first seed] [half-life in ms ...]
 *
 * Somebody looks once a second, from the beginning of the second trouble until two seconds after its end, at the last ten seconds but
 * one, and knows the spans that have ended by then.
 */
import { findCulprits } from '../../src/culprits/find-culprits.ts';
import { runLittleSystem, type Trouble } from '../little-system.ts';
import { randomPlan, randomTrouble } from '../random-plan.ts';
import { seeded } from '../seeded.ts';
import { SpanList } from '../span-list.ts';

const [count = '20', start = '1', ...halfLives] = process.argv.slice(2);
const kinds: readonly Trouble['kind'][] = ['slow', 'broken', 'killed', 'paused'];
const calm = 30_000;
const [late, judged, afterwards] = [1_000, 10_000, 2_000];
const epoch = 1_700_000_000_000;

interface Tally {
  looks: number;
  first: number;
  right: number;
}
const tallies = new Map(
  (halfLives.length > 0 ? halfLives : ['Infinity']).map((each) => [Number(each), none()]),
);
const firsts = new Map([...tallies.keys()].map((each) => [each, none()]));

for (let seed = Number(start); seed < Number(start) + Number(count); seed++) {
  const random = seeded(seed);
  const plan = randomPlan(random);
  const draw = (from: number): Trouble => {
    const kind = kinds[Math.floor(random() * kinds.length)]!;
    return randomTrouble(plan, kind, from, from + 3_000 + random() * 4_000, random);
  };
  const one = draw(calm + 1_000);
  let other = draw(one.until + 1_000);
  while (other.service === one.service) other = draw(one.until + 1_000);
  const spans = await runLittleSystem(plan, [one, other], other.until + afterwards, random);
  const told: string[] = [];
  for (const [halfLife, tally] of tallies) {
    await look(one, halfLife, firsts.get(halfLife)!);
    told.push(`${halfLife}: ${await look(other, halfLife, tally)}`);
  }
  console.log(
    `${seed} ${one.kind} ${one.service}, then ${other.kind} ${other.service} | ${told.join(' | ')}`,
  );

  async function look({ from, until, service }: Trouble, halfLife: number, tally: Tally): Promise<string> {
    let [looks, first] = [0, 0];
    for (let now = from + 1_000; now <= until + afterwards; now += 1_000) {
      const source = new SpanList(
        spans.filter((span) => (span.start + span.duration) / 1_000 <= epoch + now),
      );
      const to = epoch + now - late;
      const [culprit] = await findCulprits(source, {
        baseline: { from: epoch, to: epoch + calm },
        current: { from: to - judged, to },
        halfLife,
      });
      if (culprit === undefined) continue;
      looks++;
      if (culprit.service === service) first++;
    }
    tally.looks += looks;
    tally.first += first;
    if (first * 2 > looks) tally.right++;
    return `${first} of ${looks}`;
  }
}

for (const [halfLife, { looks, first, right }] of tallies) {
  const before = firsts.get(halfLife)!;
  console.log(
    `half-life ${halfLife}: the first trouble is named in ${before.first} of ${before.looks} looks, in most of them ${before.right} times;` +
      ` the second in ${first} of ${looks}, ${right} times`,
  );
}

function none(): Tally {
  return { looks: 0, first: 0, right: 0 };
}
