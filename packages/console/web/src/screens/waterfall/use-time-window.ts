import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { parameter, setParameters } from '../../routing/location.ts';
import { between, type TimeWindow } from './time-window.ts';

const settleMillis = 250;

/** The part of the trace that is looked at; the URL has it as soon as it rests. */
export function useTimeWindow(whole: TimeWindow): [TimeWindow, (window: TimeWindow) => void] {
  const text = parameter('zoom');
  const [window, setWindow] = useState(() => parseWindow(text, whole));
  const written = useRef(text);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => {
    // Somebody went back, or followed a link.
    if (text !== written.current) setWindow(parseWindow(text, whole));
    written.current = text;
  }, [text, whole]);
  const change = useCallback(
    (next: TimeWindow) => {
      setWindow(next);
      clearTimeout(timer.current);
      timer.current = setTimeout(() => {
        const isWhole = next.from <= whole.from && next.to >= whole.to;
        written.current = isWhole ? undefined : `${round(next.from)}_${round(next.to)}`;
        setParameters({ zoom: written.current }, { replace: true });
      }, settleMillis);
    },
    [whole],
  );
  return [window, change];
}

function parseWindow(text: string | undefined, whole: TimeWindow): TimeWindow {
  const [from, to] = (text ?? '').split('_').map(Number);
  if (from === undefined || to === undefined || !(to > from)) return whole;
  return between(from, to, whole);
}

function round(milliseconds: number): number {
  return Number(milliseconds.toFixed(4));
}
