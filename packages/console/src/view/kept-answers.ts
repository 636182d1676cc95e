import type { Window } from '../api/console-api.ts';

export interface KeepOptions {
  /** How long an answer is good, at least; {@link KeepOptions.timesTook} may make it longer. Milliseconds, as all here. */
  readonly goodMillis: number;
  /** An answer is good for so many times as long as it took to find. Default 4: then finding takes a fifth of the time at most. */
  readonly timesTook?: number;
  /** However long it took, it is good no longer than this. Default: no end. */
  readonly goodMax?: number;
  /** How much longer an old answer is given while a new one is found. Default 0: who asks waits. */
  readonly staleMillis?: number;
  /** How long who asks waits for the new one before. Default 0. */
  readonly patienceMillis?: number;
  /** How many are kept: the one that was found first goes. */
  readonly keptMax: number;
  readonly now: () => number;
}

interface Kept<Answer> {
  found?: { readonly answer: Answer; readonly until: number };
  finding?: Promise<Answer> | undefined;
}

/** Answers that cost something, kept for a while: the longer it takes to find them, the less often that is done. */
export class KeptAnswers<Answer> {
  readonly #options: KeepOptions;
  readonly #kept = new Map<string, Kept<Answer>>();

  constructor(options: KeepOptions) {
    this.#options = options;
  }

  /**
   * The answer to what `key` stands for: one that is kept, or what `find` finds. Many who ask at once share one.
   *
   * @param before - what is given as the old answer while there is none; without it, who asks first waits.
   */
  get(key: string, find: () => Promise<Answer>, before?: () => Answer): Promise<Answer> {
    const { now, staleMillis = 0, patienceMillis = 0, keptMax } = this.#options;
    let kept = this.#kept.get(key);
    if (kept === undefined) {
      kept = {};
      this.#kept.set(key, kept);
      if (this.#kept.size > keptMax) this.#kept.delete(this.#kept.keys().next().value!);
    }
    const at = now();
    const { found } = kept;
    if (found !== undefined && at < found.until) return Promise.resolve(found.answer);
    kept.finding ??= this.#find(kept, find);
    const isUsable = found !== undefined && at < found.until + staleMillis;
    if (!isUsable && before === undefined) return kept.finding;
    const old = isUsable ? found.answer : before!();
    return patienceMillis === 0 ? Promise.resolve(old) : soonOr(kept.finding, patienceMillis, old);
  }

  #find(kept: Kept<Answer>, find: () => Promise<Answer>): Promise<Answer> {
    const { now, goodMillis, timesTook = 4, goodMax = Number.POSITIVE_INFINITY } = this.#options;
    const begun = performance.now();
    const finding = find().then((answer) => {
      const took = performance.now() - begun;
      kept.found = { answer, until: now() + Math.min(goodMax, Math.max(goodMillis, took * timesTook)) };
      return answer;
    });
    const done = (): void => {
      kept.finding = undefined;
    };
    // Who waits for it hears of a failure; who was given the one before need not.
    finding.then(done, done);
    return finding;
  }
}

/** Names a window: all that end now and are as long are one, for they move with the clock; of others, those that differ by a grain at most. */
export function windowKey({ from, to }: Window, now: number, grain: number): string {
  if (to > now - grain) return `the last ${Math.round(to - from)}`;
  return `${Math.round(from / grain)} ${Math.round(to / grain)}`;
}

/** What is found within a time, else what was known before. */
async function soonOr<Answer>(finding: Promise<Answer>, millis: number, before: Answer): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<Answer>((resolve) => {
    timer = setTimeout(resolve, millis, before);
  });
  try {
    return await Promise.race([finding, patience]);
  } catch {
    return before;
  } finally {
    clearTimeout(timer);
  }
}
