import { useEffect, useRef, useState } from 'preact/hooks';
import { defaultFrom, live, range } from '../time/range.ts';
import type { LiveChannel } from './console-api.ts';
import { listen } from './live-events.ts';
import { addressOf, type Parameters, type Problem, RequestFailed, read, token } from './request.ts';

/** What the console answered last. */
export interface Answer<T> {
  /** Undefined until the first answer; kept while a newer one is on its way. */
  readonly data: T | undefined;
  /** Why the last request failed, if it did. */
  readonly problem: Problem | undefined;
  readonly loading: boolean;
  /** Asks again now, for instance after an action. */
  readonly refresh: () => void;
}

interface AnswerOptions {
  readonly parameters?: Parameters;
  /** Whether the answer is about the window that is shown; one that is not is always of the present. Default: true. */
  readonly windowed?: boolean;
  /** The live channel that carries the same answer. It is listened to while it speaks of what is shown. */
  readonly channel?: LiveChannel;
  /** Milliseconds between two requests while the page is live and no channel is listened to. Default 5,000; 0: never. */
  readonly every?: number;
}

/**
 * Asks the console, and again whenever the path, the parameters or the window change; renews the answer while the page is live.
 * A path of `undefined` asks nothing.
 */
export function useAnswer<T>(path: string | undefined, options: AnswerOptions = {}): Answer<T> {
  const { parameters, windowed = true, channel, every = 5000 } = options;
  const { from, to } = range.value;
  const address =
    path === undefined ? undefined : addressOf(path, { ...(windowed && { from, to }), ...parameters });
  const [state, setState] = useState<{ path: string | undefined; data?: T; problem?: Problem }>({ path });
  const [loading, setLoading] = useState(address !== undefined);
  const [turn, setTurn] = useState(0);
  const request = useRef<AbortController>(undefined);
  const waiting = useRef(false);
  waiting.current = loading;

  // Live events answer a request without parameters about the default window.
  const plain = parameters === undefined || Object.values(parameters).every((value) => value === undefined);
  const renewed = !windowed || live.value;
  const listening = channel !== undefined && renewed && plain && (!windowed || isDefault(from, to));

  // A turn and another token ask again.
  useEffect(() => {
    if (address === undefined) return;
    const aborter = new AbortController();
    request.current = aborter;
    setLoading(true);
    read<T>(address, aborter.signal).then(
      (data) => {
        setState({ path, data });
        setLoading(false);
      },
      (error: unknown) => {
        if (aborter.signal.aborted) return;
        if (!(error instanceof RequestFailed)) throw error;
        setState((before) => ({ ...(before.path === path ? before : { path }), problem: error.problem }));
        setLoading(false);
      },
    );
    return () => aborter.abort();
  }, [address, turn, token.value]);

  useEffect(() => {
    if (!listening) return;
    return listen(channel, (data) => {
      request.current?.abort();
      setState({ path, data: data as T });
      setLoading(false);
    });
  }, [channel, listening, path]);

  useEffect(() => {
    if (address === undefined || !renewed || listening || every === 0) return;
    const timer = setInterval(() => {
      // A slow answer is waited for, not asked for again.
      if (!document.hidden && !waiting.current) setTurn((last) => last + 1);
    }, every);
    return () => clearInterval(timer);
  }, [address, renewed, listening, every]);

  const mine = state.path === path;
  return {
    data: mine ? state.data : undefined,
    problem: mine ? state.problem : undefined,
    loading,
    refresh: () => setTurn((last) => last + 1),
  };
}

function isDefault(from: string, to: string | undefined): boolean {
  return from === defaultFrom && to === undefined;
}
