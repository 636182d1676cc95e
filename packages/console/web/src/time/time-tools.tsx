import type { JSX } from 'preact';
import { useKeys } from '../keyboard/keys.ts';
import { Button } from '../parts/button.tsx';
import { goLive, live, pause } from './range.ts';
import { RangePicker } from './range-picker.tsx';

/** Which window is shown, and whether it moves on. */
export function TimeTools(): JSX.Element {
  useKeys([
    {
      keys: 'p',
      does: 'Pause, or go live',
      group: 'Everywhere',
      run: () => (live.peek() ? pause() : goLive()),
    },
  ]);
  return (
    <>
      <RangePicker />
      {live.value ? (
        <Button icon="pause" label="Pause" onClick={pause} />
      ) : (
        <Button icon="play" title="Show what there is now, and renew it (p)" onClick={goLive}>
          Go live
        </Button>
      )}
    </>
  );
}
