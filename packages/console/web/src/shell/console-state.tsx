import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { ConsoleStatus, LiveStatus } from '../api/console-api.ts';
import { liveState } from '../api/live-events.ts';
import { holdToken, token } from '../api/request.ts';
import { useAnswer } from '../api/use-answer.ts';
import { formatBytes, formatRate } from '../format/number.ts';
import { Icon } from '../parts/icon.tsx';
import { askForToken } from '../token/token-dialog.tsx';

/** How the console itself is: what it receives, what it keeps, whether it answers, and whether one may act. */
export function ConsoleState(): JSX.Element {
  // Live events come without the token, and so do not say whether one may act: that is asked for once, with each token.
  const asked = useAnswer<ConsoleStatus>('/status', { windowed: false, every: 0 });
  const { data, problem } = useAnswer<LiveStatus>('/status', { windowed: false, channel: 'status' });
  const mayAct = asked.data?.mayAct === true;
  const lost = problem !== undefined || liveState.value === 'lost';
  const wasLost = useRef(false);
  useEffect(() => {
    // A console that is back may want another token.
    if (liveState.value === 'open' && wasLost.current) asked.refresh();
    if (liveState.value !== 'opening') wasLost.current = liveState.value === 'lost';
  }, [liveState.value]);
  const losing = data !== undefined && data.spans.dropped + data.logs.dropped + data.metrics.dropped > 0;
  return (
    <footer class="console-state">
      <p class={lost ? 'alarm' : ''} title={data?.listeners.join('\n')}>
        <span
          class={`pulse ${lost ? 'pulse-lost' : (data?.spans.rate ?? 0) > 0 ? 'pulse-on' : ''}`}
          aria-hidden="true"
        />
        <span class="figure">
          {lost
            ? 'No answer'
            : data === undefined
              ? '–'
              : `${formatRate(data.spans.rate).replace('/s', ' spans/s')}`}
        </span>
      </p>
      {data !== undefined && (
        <p class="quiet figure" title={`${formatBytes(data.memory)} of memory`}>
          {formatBytes(data.storedBytes)} of {formatBytes(data.storedBytesMax)} stored
        </p>
      )}
      {losing && (
        <p class="warn figure">
          {(data.spans.dropped + data.logs.dropped + data.metrics.dropped).toString()} dropped
        </p>
      )}
      <button
        type="button"
        class="side-button"
        title={
          mayAct
            ? 'This tab holds the token. Press to give it back.'
            : 'Actions need the token that the console printed when it started.'
        }
        onClick={() => (mayAct ? holdToken(undefined) : askForToken())}
      >
        <Icon name="key" />
        <span>{mayAct ? 'Actions unlocked' : token.value === undefined ? 'Read-only' : 'Token refused'}</span>
      </button>
    </footer>
  );
}
