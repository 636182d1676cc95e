import { useEffect, useRef, useState } from 'preact/hooks';
import { live, range } from '../time/range.ts';
import { addressOf, type Parameters, type Problem, RequestFailed, read } from './request.ts';

interface Page {
  readonly cursor: string | undefined;
}

/** A list that comes in pages. */
export interface Pages<T> {
  readonly pages: readonly T[];
  readonly problem: Problem | undefined;
  readonly loading: boolean;
  /** Asks for the page after the last. */
  readonly more: () => void;
}

interface PagesOptions {
  /** Milliseconds after which the first page is asked for again, while the page is live and no further page was asked for. */
  readonly every?: number;
}

/** Asks for the first page about the window that is shown, and for another at each {@link Pages.more}. */
export function usePages<T extends Page>(
  path: string,
  parameters: Parameters,
  { every = 5000 }: PagesOptions = {},
): Pages<T> {
  const { from, to } = range.value;
  const address = addressOf(path, { from, to, ...parameters });
  const [pages, setPages] = useState<readonly T[]>([]);
  const [problem, setProblem] = useState<Problem | undefined>();
  const [loading, setLoading] = useState(true);
  const [turn, setTurn] = useState(0);
  const request = useRef<AbortController>(undefined);
  const waiting = useRef(false);
  waiting.current = loading;

  const ask = (target: string, put: (page: T) => void): void => {
    request.current?.abort();
    const aborter = new AbortController();
    request.current = aborter;
    setLoading(true);
    read<T>(target, aborter.signal).then(
      (page) => {
        put(page);
        setProblem(undefined);
        setLoading(false);
      },
      (error: unknown) => {
        if (aborter.signal.aborted) return;
        if (!(error instanceof RequestFailed)) throw error;
        setProblem(error.problem);
        setLoading(false);
      },
    );
  };

  // A turn asks again.
  useEffect(() => {
    ask(address, (page) => setPages([page]));
    return () => request.current?.abort();
  }, [address, turn]);

  const alone = pages.length <= 1;
  useEffect(() => {
    if (!live.value || !alone) return;
    const timer = setInterval(() => {
      if (!document.hidden && !waiting.current) setTurn((last) => last + 1);
    }, every);
    return () => clearInterval(timer);
  }, [live.value, alone, every]);

  return {
    pages,
    problem,
    loading,
    more: () => {
      const cursor = pages.at(-1)?.cursor;
      if (cursor === undefined) return;
      ask(addressOf(path, { from, to, ...parameters, cursor }), (page) =>
        setPages((before) => [...before, page]),
      );
    },
  };
}
