import {
  AbortableWait,
  type HoldfastError,
  isHoldfastError,
  sleep,
  Timer,
  throwIfAborted,
  toMillis,
  type World,
} from '@holdfast/core';
import { clusterErrors } from '../../errors.ts';
import type { RequestOptions } from '../cluster-member.ts';
import type { LeaderMethod } from '../peers/call-messages.ts';
import type { PeerCalls, Serve } from './peer-calls.ts';

/** How long it waits before it looks for a leader again, in microseconds. */
const lookAgainAfter = 25_000;

export interface LeaderCallsOptions {
  readonly world: World;
  readonly id: string;
  /** Who leads. */
  readonly leader: () => string | undefined;
  readonly calls: PeerCalls;
  /** Serves a call here, where this member leads. */
  readonly serve: Serve;
  /** Microseconds that one attempt at a call that may be repeated takes. */
  readonly attemptTimeout: number;
  /** Microseconds, for calls that come without one. */
  readonly requestTimeout: number;
}

/** Asks whoever leads, which may be this member. */
export class LeaderCalls {
  readonly #options: LeaderCallsOptions;
  #stoppedBy: unknown;

  constructor(options: LeaderCallsOptions) {
    this.#options = options;
  }

  /** Whoever asks is refused from now on; what is under way ends with what it waits for. */
  stop(error: unknown): void {
    this.#stoppedBy = error;
  }

  /**
   * Asks, and asks again where that cannot do any harm: because nothing was done, or because `repeatable` says that it
   * may be done twice. Whoever does not wait any longer leaves what was asked for to itself.
   *
   * @throws HoldfastError REQUEST_TIMED_OUT, NO_LEADER, ABORTED; and what the leader throws.
   */
  async ask(
    method: LeaderMethod,
    body: Uint8Array,
    repeatable: boolean,
    options: RequestOptions | undefined,
  ): Promise<Uint8Array> {
    const { world, id, leader, calls, serve, attemptTimeout, requestTimeout } = this.#options;
    const { clock } = world;
    const deadline = clock.now() + (options?.timeout ?? requestTimeout);
    let latest: unknown;
    for (;;) {
      throwIfAborted(options?.signal, method);
      if (this.#stoppedBy !== undefined) throw this.#stoppedBy;
      const left = deadline - clock.now();
      if (left <= 0)
        throw latest ?? clusterErrors.create('NO_LEADER', { message: 'no leader was found in time' });
      const to = leader();
      if (to !== undefined) {
        try {
          const timeout = repeatable ? Math.min(left, attemptTimeout) : left;
          const attempt = to === id ? serve(method, body) : calls.ask(to, method, body, timeout);
          return await within(world, timeout, new AbortableWait(method, options?.signal), attempt);
        } catch (error) {
          if (!isHoldfastError(error) || !mayRepeat(error, repeatable)) throw error;
          latest = error;
        }
      }
      const pause = Math.min(lookAgainAfter, Math.max(0, deadline - clock.now()));
      await sleep(toMillis(pause), { world, signal: options?.signal });
    }
  }
}

/** What `attempt` gives, unless `wait` is over first, or its time. */
function within<Value>(
  { clock, timers }: World,
  micros: number,
  wait: AbortableWait<Value>,
  attempt: Promise<Value>,
): Promise<Value> {
  const limit = new TimeLimit(wait);
  timers.arm(limit, clock.now() + micros);
  attempt.then(
    (value) => wait.resolve(value),
    (error: unknown) => wait.reject(error),
  );
  return wait.promise.finally(() => timers.disarm(limit));
}

class TimeLimit extends Timer {
  readonly #wait: Pick<AbortableWait<never>, 'reject'>;

  constructor(wait: Pick<AbortableWait<never>, 'reject'>) {
    super();
    this.#wait = wait;
  }

  override fire(): void {
    this.#wait.reject(
      clusterErrors.create('REQUEST_TIMED_OUT', { message: 'the leader has not answered in time' }),
    );
  }
}

const retried: ReadonlySet<string> = new Set([
  'NO_LEADER',
  'LEADER_CHANGED',
  'REQUEST_TIMED_OUT',
  'MEMBER_STOPPED',
]);

function mayRepeat(error: HoldfastError, repeatable: boolean): boolean {
  return retried.has(error.code) && (repeatable || error.executed === 'no');
}
