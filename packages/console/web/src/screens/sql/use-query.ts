import { useEffect, useState } from 'preact/hooks';
import type { QueryAnswer } from '../../api/console-api.ts';
import { act, type Problem, RequestFailed } from '../../api/request.ts';

/** What became of a statement. */
export interface Queried {
  readonly answer: QueryAnswer | undefined;
  readonly problem: Problem | undefined;
  readonly loading: boolean;
}

/** Runs a statement; another one, or another turn, runs anew, and what was under way is ended. */
export function useQuery(sql: string | undefined, turn = 0): Queried {
  const [state, setState] = useState<Omit<Queried, 'loading'> & { readonly run?: string }>({
    answer: undefined,
    problem: undefined,
  });
  const run = `${turn} ${sql}`;
  useEffect(() => {
    if (sql === undefined) return;
    const aborter = new AbortController();
    act<QueryAnswer>('/query', { sql }, aborter.signal).then(
      (answer) => setState({ answer, problem: undefined, run }),
      (error: unknown) => {
        if (aborter.signal.aborted) return;
        if (!(error instanceof RequestFailed)) throw error;
        setState({ answer: undefined, problem: error.problem, run });
      },
    );
    return () => aborter.abort();
  }, [run]);
  return { answer: state.answer, problem: state.problem, loading: sql !== undefined && state.run !== run };
}
