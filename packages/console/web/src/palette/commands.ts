import { addressOf } from '../api/request.ts';
import { views } from '../api/views.ts';
import { chooseTheme, theme } from '../design/theme.ts';
import type { IconName } from '../parts/icon.tsx';
import { hrefTo, navigate } from '../routing/location.ts';
import { screens } from '../screens/screens.ts';
import { goLive, labelOf, live, offeredRanges, pause, range, showLast } from '../time/range.ts';

/** Something that the palette can do. */
export interface Command {
  readonly key: string;
  readonly title: string;
  /** What sort of thing it is: `Service`, `Screen`. */
  readonly kind: string;
  readonly icon: IconName;
  readonly keys?: string;
  /** Offered whatever is typed, since it is about what is typed. */
  readonly always?: boolean;
  readonly run: () => void;
}

const traceId = /^[0-9a-f]{32}$/;

/** Everything that may be done, given what is typed and which services there are. */
export function commandsFor(text: string, services: readonly string[]): readonly Command[] {
  const typed = text.trim();
  return [
    ...(traceId.test(typed.toLowerCase()) ? [openTrace(typed.toLowerCase())] : []),
    ...screens.flatMap(({ title, path, navigation }): Command[] =>
      navigation === undefined
        ? []
        : [{ key: path, title, kind: 'Screen', icon: navigation.icon, keys: navigation.keys, run: go(path) }],
    ),
    ...services.map(
      (name): Command => ({
        key: `service ${name}`,
        title: name,
        kind: 'Service',
        icon: 'services',
        run: go(`/services/${encodeURIComponent(name)}`),
      }),
    ),
    ...offeredRanges.map(
      (from): Command => ({
        key: from,
        title: `Show the ${labelOf({ from, to: undefined }).toLowerCase()}`,
        kind: 'Window',
        icon: 'clock',
        run: () => showLast(from),
      }),
    ),
    {
      key: 'pause',
      title: live.peek() ? 'Pause live updates' : 'Go live',
      kind: 'Switch',
      icon: live.peek() ? 'pause' : 'play',
      keys: 'p',
      run: live.peek() ? pause : goLive,
    },
    {
      key: 'theme',
      title: theme.peek() === 'dark' ? 'Light colours' : 'Dark colours',
      kind: 'Switch',
      icon: theme.peek() === 'dark' ? 'sun' : 'moon',
      run: () => chooseTheme(theme.peek() === 'dark' ? 'light' : 'dark'),
    },
    ...views.map(
      (what): Command => ({
        key: `export ${what}`,
        title: `Save the ${what} of this window as Parquet`,
        kind: 'Export',
        icon: 'down',
        run: () => {
          const { from, to } = range.peek();
          location.assign(addressOf(`/export/${what}.parquet`, { from, to }));
        },
      }),
    ),
    {
      key: 'system theme',
      title: 'Colours of the system',
      kind: 'Switch',
      icon: 'moon',
      run: () => chooseTheme('system'),
    },
    ...(typed === '' || traceId.test(typed) ? [] : searches(typed)),
  ];
}

function openTrace(id: string): Command {
  return { key: 'trace', title: id, kind: 'Trace', icon: 'traces', always: true, run: go(`/traces/${id}`) };
}

function searches(text: string): Command[] {
  return [
    {
      key: 'search logs',
      title: `Logs with “${text}”`,
      kind: 'Search',
      icon: 'logs',
      always: true,
      run: () => navigate(hrefTo('/logs', { text })),
    },
    {
      key: 'search traces',
      title: `Traces of operation “${text}”`,
      kind: 'Search',
      icon: 'traces',
      always: true,
      run: () => navigate(hrefTo('/traces', { operation: text })),
    },
  ];
}

function go(to: string): () => void {
  return () => navigate(hrefTo(to));
}
