import {
  BrokenCircuitError,
  BulkheadRejectedError,
  bulkhead,
  CircuitState,
  circuitBreaker,
  ExponentialBackoff,
  fallback,
  handleAll,
  handleWhen,
  type IPolicy,
  retry,
  SamplingBreaker,
  TimeoutStrategy,
  timeout,
  wrap,
} from 'cockatiel';
import { type Dispatcher, RetryAgent } from 'undici';
import type { ServiceName } from '../shop/services.ts';
import { countingAgent } from './counting-agent.ts';
import { breakerLimits, serviceLimits, tryLimits } from './limits.ts';
import type { StackSetting } from './setting.ts';
import type { Call, PolicyReading, Remote, Stack } from './stack.ts';
import { isOverload, isPassing, send } from './wire.ts';

/**
 * What a careful team builds today, tuned for this shop: undici's RetryAgent for reads, cockatiel's retry, breaker,
 * bulkhead and timeout around each dependency in the documented order, a fallback where there is a lesser answer,
 * a bulkhead in front of each service, keys on everything that is sent, and errands that are written down.
 */
export function todayStack({ service, ports, tally }: StackSetting): Stack {
  const agent = countingAgent(tally);
  const reading = new RetryAgent(agent, {
    maxRetries: 2,
    minTimeout: 25,
    maxTimeout: 100,
    statusCodes: [429, 500, 503],
  });
  const remotes = new Map<ServiceName, TodayRemote>();
  const { concurrent, queue } = serviceLimits[service];
  const door = bulkhead(concurrent, queue);

  return {
    variant: 'today',
    desk: 'careful',
    remote(target) {
      let remote = remotes.get(target);
      if (remote === undefined) {
        remote = new TodayRemote(target, ports[target], { agent, reading }, tally);
        remotes.set(target, remote);
      }
      return remote;
    },
    async admit(request, handler) {
      try {
        return await door.execute(() => handler(request));
      } catch (error) {
        if (!(error instanceof BulkheadRejectedError)) throw error;
        tally.shed++;
        return { status: 503, body: { error: `${service} has too much to do` } };
      }
    },
    readings() {
      const inside = concurrent - door.executionSlots;
      const waiting = queue - door.queueSlots;
      return [
        ...[...remotes.values()].map((remote) => remote.reading()),
        { side: 'door', text: `${inside}/${concurrent}${waiting > 0 ? `+${waiting}` : ''}` },
      ];
    },
  };
}

interface Dispatchers {
  readonly agent: Dispatcher;
  readonly reading: Dispatcher;
}

class TodayRemote implements Remote {
  private readonly target: ServiceName;
  private readonly port: number;
  private readonly dispatchers: Dispatchers;
  private readonly tally: StackSetting['tally'];
  private readonly breaker = circuitBreaker(
    handleWhen((error) => isPassing(error) && !isOverload(error)),
    {
      breaker: new SamplingBreaker({
        threshold: breakerLimits.failureRate,
        duration: breakerLimits.windowMillis,
        minimumRps: 5,
      }),
      halfOpenAfter: new ExponentialBackoff({ initialDelay: breakerLimits.openMillis, maxDelay: 2_000 }),
    },
  );
  private readonly once: IPolicy;
  private readonly again: IPolicy;

  constructor(target: ServiceName, port: number, dispatchers: Dispatchers, tally: StackSetting['tally']) {
    this.target = target;
    this.port = port;
    this.dispatchers = dispatchers;
    this.tally = tally;
    const { tryMillis, retries, concurrent, queue } = tryLimits[target];
    this.once = wrap(
      this.breaker,
      bulkhead(concurrent, queue),
      timeout(tryMillis, TimeoutStrategy.Aggressive),
    );
    this.again = wrap(
      retry(
        handleWhen((error) => isPassing(error) && !isRefusal(error)),
        {
          maxAttempts: retries,
          backoff: new ExponentialBackoff({ initialDelay: 25, maxDelay: 250 }),
        },
      ),
      this.once,
    );
  }

  request(call: Call): Promise<unknown> {
    this.tally.calls++;
    const { substitute } = call;
    if (substitute === undefined) return this.protected(call);
    // Without a lesser answer at hand the failure has to be told.
    let failure: unknown;
    const degrade = fallback(handleAll, () => {
      const lesser = substitute();
      if (lesser === undefined) throw failure;
      this.tally.degraded++;
      return lesser;
    });
    return degrade.execute(() =>
      this.protected(call).catch((error) => {
        failure = error;
        throw error;
      }),
    );
  }

  reading(): PolicyReading {
    const states = {
      [CircuitState.Closed]: 'closed',
      [CircuitState.Open]: 'OPEN',
      [CircuitState.HalfOpen]: 'half-open',
      [CircuitState.Isolated]: 'isolated',
    };
    return { side: this.target, text: states[this.breaker.state] };
  }

  private protected(call: Call): Promise<unknown> {
    const reads = call.method === 'GET';
    return (reads ? this.once : this.again).execute(({ signal }) =>
      send(
        {
          target: this.target,
          port: this.port,
          call,
          headers: call.key === undefined ? {} : { 'idempotency-key': call.key },
          signal,
        },
        reads ? this.dispatchers.reading : this.dispatchers.agent,
      ),
    );
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof BrokenCircuitError || error instanceof BulkheadRejectedError;
}
