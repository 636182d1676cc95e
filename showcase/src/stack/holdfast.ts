import { Deadline, deadlineFromHeaders, deadlineToHeaders, runWithDeadline } from '@holdfast/core';
import {
  type CircuitBreaker,
  circuitBreaker,
  exponential,
  type Pipeline,
  pipeline,
  type RetryBudget,
  retry,
  retryBudget,
  timeout,
} from '@holdfast/resilience';
import type { Dispatcher } from 'undici';
import type { ServiceName } from '../shop/services.ts';
import { countingAgent } from './counting-agent.ts';
import { tryLimits } from './limits.ts';
import type { StackSetting } from './setting.ts';
import type { Call, PolicyReading, Remote, Stack } from './stack.ts';
import { isPassing, send } from './wire.ts';

/** What a customer's patience leaves for the shop, once the answer's way back is taken off. */
const patience = '1.9s';

/**
 * Holdfast: pipelines whose retries live on a budget, and a deadline that travels with each order, so that no
 * service works for somebody who has gone.
 */
export function holdfastStack({ service, ports, tally }: StackSetting): Stack {
  const dispatcher = countingAgent(tally);
  const remotes = new Map<ServiceName, HoldfastRemote>();
  return {
    variant: 'holdfast',
    errands: 'certain',
    remote(target) {
      let remote = remotes.get(target);
      if (remote === undefined) {
        remote = new HoldfastRemote(target, ports[target], dispatcher, tally);
        remotes.set(target, remote);
      }
      return remote;
    },
    admit(request, handler) {
      const deadline =
        deadlineFromHeaders(request.headers) ??
        (service === 'gateway' ? Deadline.after(patience) : undefined);
      return deadline === undefined ? handler(request) : runWithDeadline(deadline, () => handler(request));
    },
    readings: () => [...remotes.values()].map((remote) => remote.reading()),
  };
}

class HoldfastRemote implements Remote {
  private readonly target: ServiceName;
  private readonly port: number;
  private readonly dispatcher: Dispatcher;
  private readonly tally: StackSetting['tally'];
  private readonly budget: RetryBudget = retryBudget({ ratio: 0.2, window: '5s' });
  private readonly breaker: CircuitBreaker;
  private readonly pipeline: Pipeline<string>;

  constructor(target: ServiceName, port: number, dispatcher: Dispatcher, tally: StackSetting['tally']) {
    this.target = target;
    this.port = port;
    this.dispatcher = dispatcher;
    this.tally = tally;
    const { tryMillis, retries } = tryLimits[target];
    this.breaker = circuitBreaker({
      name: target,
      window: { type: 'time', duration: '5s' },
      failureRate: 0.5,
      openDuration: '500ms',
      openDurationFactor: 2,
      openDurationMax: '5s',
      halfOpen: { probes: 3, maxWait: '1s' },
      judgeError: (error) => (isPassing(error) ? 'failure' : 'ignored'),
    });
    this.pipeline = pipeline(
      retry({
        maxAttempts: retries + 1,
        backoff: exponential({ initial: '25ms', max: '250ms' }),
        budget: this.budget,
        judgeError: (error) => (isPassing(error) ? 'failure' : 'ignored'),
      }),
      this.breaker,
      timeout(tryMillis),
    );
  }

  async request(call: Call): Promise<unknown> {
    this.tally.calls++;
    try {
      return await this.pipeline.execute(({ signal, deadline }) =>
        send({
          target: this.target,
          port: this.port,
          call,
          dispatcher: this.dispatcher,
          headers: {
            ...deadlineToHeaders(deadline),
            ...(call.key !== undefined && { 'idempotency-key': call.key }),
          },
          signal,
        }),
      );
    } catch (error) {
      const lesser = call.substitute?.();
      if (lesser === undefined) throw error;
      this.tally.degraded++;
      return lesser;
    }
  }

  reading(): PolicyReading {
    const { state } = this.breaker;
    return {
      side: this.target,
      text: `breaker ${state === 'open' ? 'OPEN' : state} budget ${this.budget.remaining}`,
    };
  }
}
