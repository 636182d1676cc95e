import { shortJson, spanText } from '../../trace/event-text.ts';
import { element, part } from './element.ts';
import type { Timeline } from './timeline.ts';

const listedMax = 100;

/** What was run and how it ended, above and beside the diagram. */
export function showAbout({ document: trace, events }: Timeline): void {
  const hasPassed = trace.verdict === 'passed';
  const verdict = part('verdict');
  verdict.textContent = trace.verdict;
  verdict.classList.add(hasPassed ? 'passed' : 'failed');
  part('scenario').textContent = trace.scenario;
  part('seed').textContent =
    `seed ${trace.seed}${trace.commit === undefined ? '' : ` at ${trace.commit.slice(0, 12)}`}`;
  const first = events[0]?.at ?? 0;
  const span = spanText((events.at(-1)?.at ?? 0) - first);
  const dropped = trace.droppedEvents === 0 ? '' : `, the ${trace.droppedEvents} before them were not kept`;
  part('extent').textContent = `${events.length} events in ${span}${dropped}`;
  part('text').textContent = trace.text;
  part('text').hidden = trace.text === '';
  part('replay').textContent = trace.replay;
  part('copy').addEventListener('click', () => {
    navigator.clipboard?.writeText(trace.replay).then(
      () => {
        part('copy').textContent = 'copied';
      },
      () => selectReplay(),
    ) ?? selectReplay();
  });

  const faults = (trace.plan.faults ?? []).map(({ kind, at, for: lasts, ...rest }) => {
    const text = Object.entries(rest).map(([name, value]) => `${name} ${shortJson(value, 60)}`);
    const when = `at ${at}${lasts === undefined ? '' : ` for ${lasts}`}`;
    return element(
      'li',
      {},
      element('b', {}, kind),
      ` ${text.join(' ')} `,
      element('span', { class: 'aside' }, when),
    );
  });
  const operations = trace.operations.map(({ at, client, operation }) =>
    element(
      'li',
      {},
      element('b', {}, client),
      ` ${shortJson(operation, 60)} `,
      element('span', { class: 'aside' }, `at ${spanText(at)}`),
    ),
  );
  const choices = trace.choices.map(({ kind, subject, at, ordinal }) => {
    const when = at === undefined ? `no. ${ordinal + 1}` : `at ${spanText(at)}`;
    return element(
      'li',
      {},
      element('b', {}, kind),
      ` ${subject} `,
      element('span', { class: 'aside' }, when),
    );
  });
  list('plan-faults', faults);
  list('plan-operations', operations);
  list('plan-choices', choices);
}

function list(id: string, items: readonly HTMLElement[]): void {
  part(`${id}-count`).textContent = String(items.length);
  const rest = items.length - listedMax;
  part(id).replaceChildren(...items.slice(0, listedMax));
  if (rest > 0) part(id).append(element('li', { class: 'aside' }, `and ${rest} more`));
}

function selectReplay(): void {
  getSelection()?.selectAllChildren(part('replay'));
}
