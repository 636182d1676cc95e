import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { liveState } from '../api/live-events.ts';
import { useKeys } from '../keyboard/keys.ts';
import { Icon } from '../parts/icon.tsx';
import { labelOf, live, offeredRanges, range, showLast, showWindow, windowOf } from './range.ts';
import './range-picker.css';

/** Which window is shown. Any chart's brush sets it too. */
export function RangePicker(): JSX.Element {
  const [open, setOpen] = useState(false);
  const frame = useRef<HTMLDivElement>(null);
  const shown = range.value;

  useKeys([
    { keys: 't', does: 'Choose the window of time', group: 'Everywhere', run: () => setOpen(true) },
    { keys: '-', does: 'Widen the window', group: 'Everywhere', run: widen },
    { keys: '0', does: 'The last 15 minutes', group: 'Everywhere', run: () => showLast('-15m') },
  ]);
  useEffect(() => {
    if (!open) return;
    const [first] = frame.current!.querySelectorAll<HTMLElement>('li button');
    (frame.current!.querySelector<HTMLElement>('[aria-pressed="true"]') ?? first)?.focus();
    const close = (event: Event): void => {
      const away =
        event instanceof KeyboardEvent
          ? event.key === 'Escape'
          : !frame.current?.contains(event.target as Node);
      if (away) setOpen(false);
    };
    document.addEventListener('pointerdown', close);
    document.addEventListener('keydown', close);
    return () => {
      document.removeEventListener('pointerdown', close);
      document.removeEventListener('keydown', close);
    };
  }, [open]);

  return (
    <div class="range" ref={frame}>
      <button
        type="button"
        class="range-button"
        aria-expanded={open}
        aria-label={`Window of time: ${labelOf(shown)}`}
        onClick={() => setOpen(!open)}
      >
        {live.value ? (
          <span class={`live-dot ${liveState.value === 'lost' ? 'live-lost' : ''}`} aria-hidden="true" />
        ) : (
          <Icon name="clock" size={14} />
        )}
        <span class="figure">{labelOf(shown)}</span>
        <Icon name="down" size={12} />
      </button>
      {open && (
        <div class="range-menu">
          <ul>
            {offeredRanges.map((from) => (
              <li key={from}>
                <button
                  type="button"
                  aria-pressed={live.value && shown.from === from}
                  onClick={() => {
                    showLast(from);
                    setOpen(false);
                  }}
                >
                  {labelOf({ from, to: undefined })}
                  {live.value && shown.from === from && <Icon name="check" size={14} />}
                </button>
              </li>
            ))}
          </ul>
          <Between
            onDone={() => {
              setOpen(false);
            }}
          />
        </div>
      )}
    </div>
  );
}

/** From one moment to another, as the browser asks for them. */
function Between({ onDone }: { readonly onDone: () => void }): JSX.Element {
  const { from, to } = windowOf(range.value);
  return (
    <form
      class="range-between"
      onSubmit={(event) => {
        event.preventDefault();
        const data = new FormData(event.currentTarget);
        const [start, end] = [Date.parse(String(data.get('from'))), Date.parse(String(data.get('to')))];
        if (Number.isNaN(start) || Number.isNaN(end) || end <= start) return;
        showWindow({ from: start, to: end });
        onDone();
      }}
    >
      <label>
        From <input type="datetime-local" name="from" step="1" defaultValue={localText(from)} required />
      </label>
      <label>
        To <input type="datetime-local" name="to" step="1" defaultValue={localText(to)} required />
      </label>
      <button type="submit" class="button button-bordered">
        Apply
      </button>
    </form>
  );
}

/** As an input of local date and time wants it. */
function localText(at: number): string {
  const offset = new Date(at).getTimezoneOffset() * 60_000;
  return new Date(at - offset).toISOString().slice(0, 19);
}

function widen(): void {
  const { from, to } = windowOf(range.value);
  const half = (to - from) / 2;
  showWindow({ from: from - half, to: Math.min(Date.now(), to + half) });
}
