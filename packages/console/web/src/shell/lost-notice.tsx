import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { heardAt, liveState } from '../api/live-events.ts';
import { formatTime } from '../format/moment.ts';
import { Icon } from '../parts/icon.tsx';

/** A console that is back within this time was not worth a word. */
const patienceMillis = 1500;

/** Says that what is shown is of the past while the console does not answer: stale figures look like good ones. */
export function LostNotice(): JSX.Element | null {
  const lost = liveState.value === 'lost';
  const [told, setTold] = useState(false);
  useEffect(() => {
    if (!lost) {
      setTold(false);
      return;
    }
    const timer = setTimeout(() => setTold(true), patienceMillis);
    return () => clearTimeout(timer);
  }, [lost]);
  if (!told) return null;
  return (
    <p class="lost-notice" role="alert">
      <Icon name="errors" size={14} />
      <span>
        The console does not answer.
        {heardAt.value !== undefined && ` What you see is from ${formatTime(heardAt.value)}.`} This page tries
        again by itself.
      </span>
    </p>
  );
}
