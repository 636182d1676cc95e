import { Deadline, deadlineFromHeaders, deadlineToHeaders, runWithDeadline } from '@holdfast/core';
import {
  type Bulkhead,
  bulkhead,
  type CircuitBreaker,
  circuitBreaker,
  exponential,
  hedge,
  type JudgeOptions,
  type Pipeline,
  pipeline,
  type RetryBudget,
  retry,
  retryBudget,
  timeout,
} from '@holdfast/resilience';
import type { Dispatcher } from 'undici';
import type { Answer, Handler, Received } from '../shop/http.ts';
import type { ServiceName } from '../shop/services.ts';
import { countingAgent } from './counting-agent.ts';
import { serviceLimits, tryLimits } from './limits.ts';
import type { StackSetting } from './setting.ts';
import type { Call, PolicyReading, Remote, Stack } from './stack.ts';
import type { Tally } from './tally.ts';
import { isOverload, isPassing, send } from './wire.ts';

/** What a customer's patience leaves for the shop, once the answer's way back is taken off. */
const patience = '1.9s';

/**
 * Holdfast: a pipeline around each dependency whose retries and hedges live on one budget, a deadline that travels
 * with each order through all services, and a door that sheds what would only wait in vain.
 */
export function holdfastStack({ service, ports, tally }: StackSetting): Stack {
  const dispatcher = countingAgent(tally);
  const remotes = new Map<ServiceName, HoldfastRemote>();
  const door = new Door(service, tally);
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
    admit: (request, handler) => door.admit(request, handler),
    readings: () => [...[...remotes.values()].map((remote) => remote.reading()), door.reading()],
  };
}

/** Lets in what a service can work on and will still be waited for when it is done. */
class Door {
  private readonly service: ServiceName;
  private readonly tally: Tally;
  private readonly bulkhead: Bulkhead;

  constructor(service: ServiceName, tally: Tally) {
    this.service = service;
    this.tally = tally;
    const { concurrent, queue } = serviceLimits[service];
    this.bulkhead = bulkhead({
      name: `${service} door`,
      maxConcurrent: concurrent,
      maxQueue: queue,
      queueTimeout: '200ms',
      // A caller that has gone leaves its work behind: what counts is what is really under way.
      release: 'settled',
    });
  }

  async admit(request: Received, handler: Handler): Promise<Answer> {
    const deadline =
      deadlineFromHeaders(request.headers) ??
      (this.service === 'gateway' ? Deadline.after(patience) : undefined);
    const enter = () => this.bulkhead.tryExecute(() => handler(request));
    const outcome = await (deadline === undefined ? enter() : runWithDeadline(deadline, enter));
    if (outcome.ok) return outcome.value;
    const { error } = outcome;
    if (error.code === 'OPERATION_FAILED') throw error.cause;
    if (error.category === 'overload' || error.executed === 'no') this.tally.shed++;
    return { status: error.category === 'overload' ? 503 : 504, body: { error: error.message } };
  }

  reading(): PolicyReading {
    const { inUse, queued } = this.bulkhead;
    return { side: 'door', text: `${inUse}${queued > 0 ? `+${queued}` : ''}` };
  }
}

const judgement: JudgeOptions = { judgeError: (error) => (isPassing(error) ? 'failure' : 'ignored') };

class HoldfastRemote implements Remote {
  private readonly target: ServiceName;
  private readonly port: number;
  private readonly dispatcher: Dispatcher;
  private readonly tally: Tally;
  private readonly budget: RetryBudget = retryBudget({ ratio: 0.2, window: '5s' });
  private readonly breaker: CircuitBreaker;
  private readonly reads: Pipeline<string>;
  private readonly writes: Pipeline<string>;

  constructor(target: ServiceName, port: number, dispatcher: Dispatcher, tally: Tally) {
    this.target = target;
    this.port = port;
    this.dispatcher = dispatcher;
    this.tally = tally;
    const { tryMillis, retries, concurrent } = tryLimits[target];
    this.breaker = circuitBreaker({
      name: target,
      window: { type: 'time', duration: '5s' },
      failureRate: 0.5,
      openDuration: '500ms',
      openDurationFactor: 2,
      openDurationMax: '2s',
      halfOpen: { probes: 3, maxWait: '500ms' },
      // Who sheds is alive and knows its limits: that is no reason to stop calling.
      judgeError: (error) => (isPassing(error) && !isOverload(error) ? 'failure' : 'ignored'),
    });
    const inner = [
      this.breaker,
      bulkhead({ name: target, maxConcurrent: concurrent, maxQueue: concurrent }),
      timeout(tryMillis),
    ] as const;
    this.reads = pipeline(hedge({ delay: '40ms', budget: this.budget, ...judgement }), ...inner);
    const backoff = exponential({ initial: '25ms', max: '250ms' });
    this.writes = pipeline(
      retry({ maxAttempts: retries + 1, backoff, budget: this.budget, ...judgement }),
      ...inner,
    );
  }

  async request(call: Call): Promise<unknown> {
    this.tally.calls++;
    const policies = call.method === 'GET' ? this.reads : this.writes;
    const outcome = await policies.tryExecute(({ signal, deadline }) => this.send(call, signal, deadline));
    if (outcome.ok) return outcome.value;
    const lesser = call.substitute?.();
    if (lesser === undefined)
      throw outcome.error.code === 'OPERATION_FAILED' ? outcome.error.cause : outcome.error;
    this.tally.degraded++;
    return lesser;
  }

  reading(): PolicyReading {
    const { state } = this.breaker;
    return { side: this.target, text: `${state === 'open' ? 'OPEN' : state} ↻${this.budget.remaining}` };
  }

  private send(call: Call, signal: AbortSignal, deadline: Deadline | undefined): Promise<unknown> {
    return send({
      target: this.target,
      port: this.port,
      call,
      dispatcher: this.dispatcher,
      headers: {
        ...deadlineToHeaders(deadline),
        ...(call.key !== undefined && { 'idempotency-key': call.key }),
      },
      signal,
    });
  }
}
