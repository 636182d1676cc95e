/**
 * How often is the injected trouble named first over seeded systems?
 *
 *     npx tsx --conditions @holdfast/source packages/insight/test/campaign/storms.ts [seeds] [first seed] [kind ...]
 */
import { findCulprits } from '../../src/culprits/find-culprits.ts';
import { runLittleSystem, type Trouble } from '../little-system.ts';
import { randomPlan, randomTrouble } from '../random-plan.ts';
import { seeded } from '../seeded.ts';
import { SpanList } from '../span-list.ts';

const [count = '10', start = '1', ...wanted] = process.argv.slice(2);
const kinds = (wanted.length > 0 ? wanted : ['slow', 'broken', 'killed', 'paused']) as Trouble['kind'][];
const [calm, storm] = [30_000, 10_000];
const epoch = 1_700_000_000_000;

for (const kind of kinds) {
  let first = 0;
  let three = 0;
  let alarms = 0;
  for (let seed = Number(start); seed < Number(start) + Number(count); seed++) {
    const random = seeded(seed);
    const plan = randomPlan(random);
    const trouble = randomTrouble(plan, kind, calm + 3_000, calm + storm, random);
    const spans = await runLittleSystem(plan, [trouble], calm + storm, random);
    const source = new SpanList(spans);
    const between = (from: number, to: number) => ({ from: epoch + from, to: epoch + to });
    const quiet = await findCulprits(source, {
      baseline: between(0, 20_000),
      current: between(20_000, calm),
    });
    if (quiet.length > 0) alarms++;
    const culprits = await findCulprits(source, {
      baseline: between(0, calm),
      current: between(calm, calm + storm),
    });
    const rank = culprits.findIndex(({ service }) => service === trouble.service) + 1;
    if (rank === 1) first++;
    if (rank > 0 && rank <= 3) three++;
    if (rank !== 1) {
      const named = culprits
        .slice(0, 3)
        .map(({ service, kind, share }) => `${service} ${kind} ${share.toFixed(2)}`);
      console.log(
        `  ${kind} seed ${seed}: ${trouble.service} is ${rank || 'not named'} | ${named.join(', ')}`,
      );
    }
    if (quiet.length > 0)
      console.log(`  seed ${seed}: alarmed by nothing | ${quiet[0]!.text} ${quiet[0]!.evidence[0]}`);
  }
  console.log(`${kind}: of ${count} first ${first}, first three ${three}; alarmed by nothing ${alarms}`);
}
