import { showAbout } from './about.ts';
import { Columns } from './columns.ts';
import { Diagram } from './diagram.ts';
import { part } from './element.ts';
import { showFilters } from './filters.ts';
import { listenToKeys } from './keys.ts';
import { isLandmark, type Landmark, nearest } from './navigation.ts';
import { Overview } from './overview.ts';
import { Palette } from './palette.ts';
import { Panel } from './panel.ts';
import { search } from './search.ts';
import { createTimeline } from './timeline.ts';
import { VerticalScale } from './vertical-scale.ts';
import { Visibility } from './visibility.ts';

const timeline = createTimeline(JSON.parse(part('trace').textContent ?? ''));
const visibility = new Visibility(timeline);
const columns = new Columns(timeline, visibility);
const scale = new VerticalScale(timeline, visibility);
const palette = new Palette(timeline.messageKinds);
const canvas = part('diagram') as HTMLCanvasElement;
const diagram = new Diagram(canvas, timeline, visibility, columns, scale, palette);
const overview = new Overview(part('overview') as HTMLCanvasElement, diagram.picture, () =>
  diagram.repaint(),
);
const panel = new Panel(timeline, palette, (index) => goTo(index));
const count = timeline.events.length;
let player: ReturnType<typeof setInterval> | undefined;

function goTo(index: number | undefined): void {
  if (index === undefined || count === 0) return;
  diagram.picture.current = Math.min(count - 1, Math.max(0, index));
  scale.reveal(diagram.picture.current);
  panel.show(diagram.picture.current);
  diagram.repaint();
}

function find(step: 1 | -1, accept: (index: number) => boolean): number | undefined {
  return nearest(count, diagram.picture.current, step, (index) => visibility.shows(index) && accept(index));
}

function stop(): void {
  clearInterval(player);
  player = undefined;
  part('play').textContent = '▶';
  part('play').setAttribute('aria-pressed', 'false');
}

function play(): void {
  if (player !== undefined) {
    stop();
    return;
  }
  part('play').textContent = '❙❙';
  part('play').setAttribute('aria-pressed', 'true');
  player = setInterval(() => {
    const next = find(1, () => true);
    if (next === undefined) stop();
    else goTo(next);
  }, 140);
}

function jump(landmark: Landmark, step: 1 | -1): void {
  stop();
  const target = find(step, (index) => isLandmark(timeline.events[index]!, landmark));
  // There is one failure at most: it is found from either side, and shown again where one is there.
  const back = () => find(-1, (index) => isLandmark(timeline.events[index]!, landmark));
  goTo(target ?? (landmark === 'failure' ? (back() ?? diagram.picture.current) : undefined));
}

function zoom(factor: number): void {
  scale.zoomBy(factor, scale.y(diagram.picture.current));
  diagram.repaint();
}

function changed(): void {
  columns.update();
  scale.update();
  scale.reveal(diagram.picture.current, true);
  diagram.repaint();
}

function setMode(mode: 'steps' | 'time'): void {
  scale.mode = mode;
  part('mode-steps').setAttribute('aria-pressed', String(mode === 'steps'));
  part('mode-time').setAttribute('aria-pressed', String(mode === 'time'));
  changed();
}

const box = part('search') as HTMLInputElement;
function searchAgain(): void {
  diagram.picture.found = search(timeline, box.value, (index) => panel.say(index));
  const { size } = diagram.picture.found;
  part('found').textContent = box.value.trim() === '' ? '' : `${size} found`;
  const { current, found } = diagram.picture;
  if (size > 0 && !found.has(current)) goToFound(1);
  diagram.repaint();
}

function goToFound(step: 1 | -1): void {
  const { found } = diagram.picture;
  const accept = (index: number) => visibility.shows(index) && found.has(index);
  goTo(find(step, accept) ?? nearest(count, step === 1 ? -1 : count, step, accept));
}

const actions: Readonly<Record<string, () => void>> = {
  first: () => goTo(0),
  last: () => goTo(count - 1),
  back: () => {
    stop();
    goTo(find(-1, () => true));
  },
  forward: () => {
    stop();
    goTo(find(1, () => true));
  },
  play,
  'next-fault': () => jump('fault', 1),
  'previous-fault': () => jump('fault', -1),
  'next-note': () => jump('note', 1),
  'previous-note': () => jump('note', -1),
  'next-operation': () => jump('operation', 1),
  'previous-operation': () => jump('operation', -1),
  'next-failure': () => jump('failure', 1),
  'zoom-in': () => zoom(1.3),
  'zoom-out': () => zoom(1 / 1.3),
  'zoom-fit': () => {
    scale.fit();
    diagram.repaint();
  },
  'mode-steps': () => setMode('steps'),
  'mode-time': () => setMode('time'),
  mode: () => setMode(scale.mode === 'steps' ? 'time' : 'steps'),
  'found-next': () => goToFound(1),
  'found-previous': () => goToFound(-1),
  search: () => box.focus(),
};

diagram.onPick = (index) => {
  stop();
  goTo(index);
};
diagram.onPainted = (leftOut) => {
  overview.paint();
  part('thinned').hidden = leftOut === 0;
  part('thinned').textContent = `${leftOut} messages are too close to others: zoom in to see all`;
};
for (const action of Object.keys(actions)) {
  document.getElementById(action)?.addEventListener('click', () => actions[action]!());
}
let typing: ReturnType<typeof setTimeout> | undefined;
box.addEventListener('input', () => {
  clearTimeout(typing);
  typing = setTimeout(searchAgain, 150);
});
listenToKeys(box, (action) => actions[action]!());
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
  palette.refresh();
  diagram.repaint();
});
showAbout(timeline);
showFilters(timeline, visibility, palette, changed);
const failure = timeline.events.findIndex(({ what }) => what === 'failure');
/** An address that ends with `#event-57` opens there, else it opens at the failure. */
const asked = /^#event-(\d+)$/.exec(location.hash)?.[1];
goTo(asked === undefined ? Math.max(0, failure) : Number(asked) - 1);
