import { expect, test } from 'vitest';
import { electionTrace } from '../../../test/election-trace.ts';
import type { TraceEvent } from '../../trace/trace-event.ts';
import { momentAt } from './moment.ts';
import { createTimeline } from './timeline.ts';
import { VerticalScale } from './vertical-scale.ts';
import { Visibility } from './visibility.ts';

const timeline = createTimeline(electionTrace());
const { events, lanes } = timeline;

function indexOf(accept: (event: TraceEvent) => boolean): number {
  const index = events.findIndex(accept);
  expect(index).not.toBe(-1);
  return index;
}

function laneNamed(name: string): number {
  return lanes.findIndex((lane) => lane.name === name);
}

test('hosts stand first, clients last', () => {
  expect(lanes.map(({ name }) => name)).toEqual([
    'node1',
    'node2',
    'node3',
    'node4',
    'node5',
    'client1',
    'client2',
  ]);
  expect(lanes.filter(({ isClient }) => isClient)).toHaveLength(2);
});

test('every message has as many arrows as arrivals, and the second is a duplicate', () => {
  const sends = events.filter(({ what }) => what === 'send').length;
  const ends = events.filter(({ what }) => what === 'deliver' || what === 'drop').length;
  const inFlight = timeline.arrows.items.filter(({ outcome }) => outcome === 'in-flight').length;
  expect(timeline.arrows.items).toHaveLength(ends + inFlight);
  expect(timeline.arrows.items.filter(({ isDuplicate }) => isDuplicate)).toHaveLength(
    ends + inFlight - sends,
  );
  expect(timeline.arrows.items.some(({ isDuplicate }) => isDuplicate)).toBe(true);
});

test('a partition touches every host in its group', () => {
  const partition = timeline.troubles.items.find(({ kind }) => kind === 'partition');
  expect([...partition!.lanes]).toEqual([0, 0, 1, 1, 1].map((group, lane) => [lane, group]));
  expect(timeline.troubleColumns).toBe(2);
});

test('a moment knows who is down, what troubles there are, what was said last and what is on its way', () => {
  const crash = indexOf((event) => event.what === 'host' && event.state === 'crashed');
  const before = momentAt(timeline, crash - 1);
  const after = momentAt(timeline, crash + 1);
  expect(before.hosts[laneNamed('node5')]!.state).toBe('up');
  expect(after.hosts[laneNamed('node5')]!.state).toBe('down');
  expect(after.troubles.map(({ kind }) => kind)).toEqual(['partition', 'crash']);
  expect(events[after.hosts[laneNamed('node3')]!.lastNote]).toMatchObject({ text: 'leader of term 2' });
  expect(after.pending.map(({ lane }) => lanes[lane]!.name)).toEqual(['client2', 'client1']);

  const start = indexOf(({ what }) => what === 'send');
  const { end } = timeline.arrows.items.find((arrow) => arrow.start === start)!;
  expect(momentAt(timeline, end - 1).inFlight.some((arrow) => arrow.start === start)).toBe(true);
  expect(momentAt(timeline, end).inFlight.some((arrow) => arrow.start === start)).toBe(false);
});

test('a hidden host takes its messages with it, a hidden kind leaves the others', () => {
  const visibility = new Visibility(timeline);
  const shownSends = () => events.filter(({ what }, index) => what === 'send' && visibility.shows(index));
  const all = shownSends().length;
  visibility.hiddenLanes.add(laneNamed('node1'));
  visibility.update();
  expect(
    shownSends().some((event) => event.what === 'send' && [event.from, event.to].includes('node1')),
  ).toBe(false);
  visibility.hiddenLanes.clear();
  visibility.hiddenKinds.add('append');
  visibility.update();
  expect(shownSends().length).toBe(all - events.filter(isAppend).length);
});

test('a disk at work is left out, unless it fails', () => {
  const visibility = new Visibility(timeline);
  expect(visibility.shows(indexOf((event) => event.what === 'disk' && event.outcome === 'ok'))).toBe(false);
  expect(visibility.shows(indexOf((event) => event.what === 'disk' && event.outcome !== 'ok'))).toBe(true);
});

test('events lie in order, in both modes and at every zoom', () => {
  const scale = new VerticalScale(timeline, new Visibility(timeline));
  scale.height = 600;
  for (const mode of ['steps', 'time'] as const) {
    scale.mode = mode;
    scale.update();
    for (const factor of [1, 100, 0.0001]) {
      scale.zoomBy(factor, 300);
      for (let index = 1; index < events.length; index++) {
        expect(scale.y(index)).toBeGreaterThanOrEqual(scale.y(index - 1));
      }
    }
    scale.reveal(40, true);
    expect(scale.y(40)).toBeGreaterThan(-1);
    expect(scale.y(40)).toBeLessThan(601);
    expect(events[scale.at(scale.y(40))]!.at).toBe(events[40]!.at);
  }
});

function isAppend(event: TraceEvent): boolean {
  return event.what === 'send' && JSON.stringify(event.message).includes('append');
}
