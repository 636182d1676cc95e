import type { JSX } from 'preact';
import type { ConsoleStatus } from '../api/console-api.ts';
import { holdToken, token } from '../api/request.ts';
import { useAnswer } from '../api/use-answer.ts';
import { formatBytes, formatRate } from '../format/number.ts';
import { Icon } from '../parts/icon.tsx';
import { askForToken } from '../token/token-dialog.tsx';

/** How the console itself is: what it receives, what it keeps, whether it answers, and whether one may act. */
export function ConsoleState(): JSX.Element {
  // Asked for, not listened to: live events come without the token, and so cannot say whether one may act.
  const { data, problem } = useAnswer<ConsoleStatus>('/status', { windowed: false, every: 2000 });
  const lost = problem !== undefined;
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
          {formatBytes(data.storedBytes)} of {formatBytes(data.storedBytesMax)}
        </p>
      )}
      {losing && (
        <p class="warn figure">
          {(data.spans.dropped + data.logs.dropped + data.metrics.dropped).toString()} dropped
        </p>
      )}
      <button
        type="button"
        class="token-button"
        title={
          data?.mayAct
            ? 'You may act. Press to give the token back.'
            : 'Actions need the token that the console printed when it started.'
        }
        onClick={() => (data?.mayAct ? holdToken(undefined) : askForToken())}
      >
        <Icon name="key" size={14} />
        <span>
          {data?.mayAct ? 'May act' : token.value === undefined ? 'Reading only' : 'Token not accepted'}
        </span>
      </button>
    </footer>
  );
}
