import { eventText, shortJson, spanText, timeText } from '../../trace/event-text.ts';
import { button, element, part } from './element.ts';
import { type HostMoment, momentAt } from './moment.ts';
import type { Palette } from './palette.ts';
import type { Arrow, Timeline } from './timeline.ts';

const listedMax = 40;

/** How everything stands at the step where the person is, in words. */
export class Panel {
  readonly #timeline: Timeline;
  readonly #palette: Palette;
  readonly #goTo: (index: number) => void;

  constructor(timeline: Timeline, palette: Palette, goTo: (index: number) => void) {
    this.#timeline = timeline;
    this.#palette = palette;
    this.#goTo = goTo;
  }

  /** A line about an event. */
  say(index: number): string {
    const { events, originOf } = this.#timeline;
    return eventText(events[index]!, () => events[originOf[index]!]);
  }

  show(index: number): void {
    const { events } = this.#timeline;
    const event = events[index];
    if (event === undefined) return;
    part('step').textContent = `Event ${index + 1} of ${events.length}`;
    part('time').textContent = timeText(event.at);
    // Read out by screen readers.
    part('what').textContent = this.say(index);
    this.#showRelated(index);
    part('details').textContent = JSON.stringify(this.#detailed(index), null, 2);

    const moment = momentAt(this.#timeline, index);
    part('hosts').replaceChildren(...moment.hosts.map((host) => this.#host(host, event.at, moment.inFlight)));
    const troubles = moment.troubles.map(({ start, kind, subject }) =>
      this.#link(start, `${kind} ${subject}`, spanText(event.at - events[start]!.at)),
    );
    fill('troubles', troubles, 'none');
    const inFlight = moment.inFlight.map((arrow) => this.#message(arrow, event.at));
    fill('in-flight', inFlight, 'nothing');
    const pending = moment.pending.map(({ start, lane }) => {
      const begun = events[start]!;
      const text = begun.what === 'invoke' ? shortJson(begun.operation, 60) : '';
      return this.#link(
        start,
        `${this.#timeline.lanes[lane]?.name ?? ''} ${text}`,
        spanText(event.at - begun.at),
      );
    });
    fill('pending', pending, 'none');
    part('in-flight-count').textContent = String(inFlight.length);
    part('troubles-count').textContent = String(troubles.length);
    part('pending-count').textContent = String(pending.length);
  }

  /** The event, with what it refers to. */
  #detailed(index: number): unknown {
    const { events, originOf } = this.#timeline;
    const origin = events[originOf[index]!];
    if (origin?.what === 'send') return { ...events[index]!, sent: origin };
    if (origin?.what === 'invoke') return { ...events[index]!, asked: origin };
    return events[index];
  }

  /** Where its message was sent or arrives, where its operation begins or ends. */
  #showRelated(index: number): void {
    const { events, arrows, operations, originOf } = this.#timeline;
    const links: HTMLElement[] = [];
    const add = (target: number, label: string) => {
      const after = Math.abs(events[target]!.at - events[index]!.at);
      links.push(button(`${label} (${spanText(after)})`, this.say(target), () => this.#goTo(target)));
    };
    if (originOf[index] !== -1) add(originOf[index]!, '↑ where it began');
    for (const { start, end, outcome } of arrows.overlapping(index, index)) {
      if (start !== index || end >= events.length) continue;
      add(end, outcome === 'dropped' ? '↓ where it got lost' : '↓ where it arrives');
    }
    for (const { start, end } of operations.overlapping(index, index)) {
      if (start === index && end < events.length) add(end, '↓ how it ends');
    }
    part('related').replaceChildren(...links);
  }

  #host({ lane, state, lastNote }: HostMoment, now: number, inFlight: readonly Arrow[]): HTMLElement {
    const { lanes, events } = this.#timeline;
    const note = events[lastNote];
    const coming = inFlight.filter(({ to }) => to === lane).length;
    const said = element('span', { class: 'said' });
    if (note?.what === 'note') {
      const since = spanText(now - note.at);
      said.append(button(note.text, `Go to this note, ${since} ago`, () => this.#goTo(lastNote)));
    }
    return element(
      'tr',
      {},
      element('th', { scope: 'row' }, lanes[lane]!.name),
      element('td', {}, element('span', { class: `state ${state}` }, state)),
      element('td', {}, said),
      element('td', { class: 'number' }, coming === 0 ? '' : `${coming} coming`),
    );
  }

  #message({ start, from, to, kind, why, outcome }: Arrow, now: number): HTMLElement {
    const { lanes, events } = this.#timeline;
    const dot = element('i', {
      class: 'dot',
      style: `background: var(--${this.#palette.kindVariable(kind)})`,
    });
    const fate = outcome === 'dropped' ? `, will be lost: ${why}` : '';
    const text = `${lanes[from]?.name} → ${lanes[to]?.name} ${kind}${fate}`;
    return this.#link(start, text, spanText(now - events[start]!.at), dot);
  }

  #link(index: number, text: string, aside: string, ...before: HTMLElement[]): HTMLElement {
    const link = button(text, `Go to where it began, ${aside} ago`, () => this.#goTo(index));
    link.prepend(...before);
    return element('li', {}, link, element('span', { class: 'aside' }, aside));
  }
}

function fill(id: string, items: readonly HTMLElement[], none: string): void {
  const rest = items.length - listedMax;
  const shown = items.slice(0, listedMax);
  if (rest > 0) shown.push(element('li', { class: 'aside' }, `and ${rest} more`));
  part(id).replaceChildren(...(items.length === 0 ? [element('li', { class: 'aside' }, none)] : shown));
}
