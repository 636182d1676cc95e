import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import type { Parameters } from '../../api/request.ts';
import { formatDuration, parseDuration } from '../../format/duration.ts';
import { useKeys } from '../../keyboard/keys.ts';
import { Button } from '../../parts/button.tsx';
import { TextField } from '../../parts/field.tsx';
import { Segmented } from '../../parts/segmented.tsx';
import { ServiceFilter } from '../../parts/service-filter.tsx';
import { parameter, setParameters } from '../../routing/location.ts';

/** The parameters of the URL that filter traces. */
export const traceFilterNames = [
  'service',
  'instance',
  'operation',
  'callee',
  'calleeInstance',
  'calleeOperation',
  'status',
  'durationMin',
  'durationMax',
  'attribute',
] as const;

/** Filters that come with a link, and are taken away by a press. */
const pinned = [
  { name: 'instance', what: 'process' },
  { name: 'callee', what: 'calls' },
  { name: 'calleeInstance', what: 'answered by' },
  { name: 'calleeOperation', what: 'answered by' },
] as const;

/** The filters of the URL, as the console is asked. */
export function traceParameters(): Parameters {
  return Object.fromEntries(traceFilterNames.map((name) => [name, parameter(name)]));
}

/** What traces have to be like. */
export function TraceFilters(): JSX.Element {
  const frame = useRef<HTMLDivElement>(null);
  const set = (name: (typeof traceFilterNames)[number]) => (value: string) =>
    setParameters({ [name]: value });
  const duration = (name: 'durationMin' | 'durationMax') => (value: string) =>
    setParameters({ [name]: value === '' ? undefined : String(parseDuration(value)) });
  const shown = (name: 'durationMin' | 'durationMax'): string => {
    const value = parameter(name);
    return value === undefined ? '' : formatDuration(Number(value)).replace(' ', '');
  };
  const complaint = (value: string) =>
    value === '' || parseDuration(value) !== undefined ? undefined : 'A duration, such as 250ms or 1.5s';
  const clear = (): void =>
    setParameters(Object.fromEntries(traceFilterNames.map((name) => [name, undefined])));

  useKeys([
    {
      keys: 'f',
      does: 'Filter',
      group: 'This screen',
      run: () => frame.current?.querySelector('select')?.focus(),
    },
    { keys: 'x', does: 'Clear the filters', group: 'This screen', run: clear },
  ]);

  return (
    <search class="filters trace-filters" ref={frame} aria-label="Filters">
      <ServiceFilter anyOperation />
      <Segmented
        label="Status"
        value={parameter('status') ?? ''}
        options={[
          { value: '', text: 'All' },
          { value: 'error', text: 'Failed' },
          { value: 'ok', text: 'OK' },
        ]}
        onChange={set('status')}
      />
      <TextField
        label="Longer than"
        class="trace-duration"
        value={shown('durationMin')}
        complaint={complaint}
        onChange={duration('durationMin')}
      />
      <TextField
        label="Shorter than"
        class="trace-duration"
        value={shown('durationMax')}
        complaint={complaint}
        onChange={duration('durationMax')}
      />
      <TextField
        label="Attribute"
        placeholder="attribute=value"
        class="trace-attribute"
        value={parameter('attribute') ?? ''}
        complaint={(value) =>
          value === '' || /^[^=\s]+=.+$/.test(value) ? undefined : 'A key and a value: http.route=/orders'
        }
        onChange={set('attribute')}
      />
      {pinned.map(({ name, what }) => {
        const value = parameter(name);
        return (
          value !== undefined && (
            <Button key={name} icon="close" title="Take this filter away" onClick={() => set(name)('')}>
              {`${what} ${value}`}
            </Button>
          )
        );
      })}
      {traceFilterNames.some((name) => parameter(name) !== undefined) && (
        <Button look="plain" onClick={clear}>
          Clear
        </Button>
      )}
    </search>
  );
}
