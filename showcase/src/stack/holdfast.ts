import {
  Deadline,
  deadlineFromHeaders,
  deadlineToHeaders,
  isHoldfastError,
  runWithDeadline,
  type World,
} from '@holdfast/core';
import {
  adaptiveTimeout,
  type Bulkhead,
  bulkhead,
  type CircuitBreaker,
  type ConcurrencyLimit,
  circuitBreaker,
  concurrencyLimit,
  exponential,
  hedge,
  type JudgeOptions,
  Pipeline,
  type RetryBudget,
  retry,
  retryBudget,
  timeout,
} from '@holdfast/resilience';
import type { Answer, Handler, Received } from '../shop/http.ts';
import type { ServiceName } from '../shop/services.ts';
import { countingAgent } from './counting-agent.ts';
import { breakerLimits, serviceLimits, tryLimits } from './limits.ts';
import type { StackSetting } from './setting.ts';
import type { Call, PolicyReading, Remote, Stack } from './stack.ts';
import type { Tally } from './tally.ts';
import { isOverload, isPassing, send, type Wire } from './wire.ts';

/**
 * How long the shop works on an order: well below the 2 s that a customer waits. What takes longer is late for this
 * customer and delays the others: turned away in time, the customer comes back to a shorter queue.
 */
const patience = '1.1s';
/** The share of its first width that a door keeps in any case. */
const narrowest = 0.5;
/** Work in the background is let in up to this share of a door's first width, and while the door is not fuller than `calm`. */
const backgroundShare = 0.25;
const calm = 0.75;
/** How a request says that nobody waits for it: the least urgent of RFC 9218. */
const priorityHeader = 'priority';
const leastUrgent = 'u=7';

/**
 * Holdfast: a pipeline around each dependency whose retries and hedges live on one budget, a deadline that travels
 * with each order through all services, and a door that sheds what would only wait in vain. What nobody waits for has a way
 * of its own: it takes no retries, probes or places from customers, and is put off while a door has much to do.
 */
export function holdfastStack(setting: StackSetting): Stack {
  const dispatcher = countingAgent(setting.tally);
  return holdfastStackOver((sending) => send(sending, dispatcher), setting);
}

/** The same over another wire than HTTP on loopback. */
export function holdfastStackOver(wire: Wire, { service, ports, tally, world }: StackSetting): Stack {
  const remotes = new Map<ServiceName, HoldfastRemote>();
  const door = new Door(service, tally, world);
  return {
    variant: 'holdfast',
    desk: 'saga',
    remote(target) {
      let remote = remotes.get(target);
      if (remote === undefined) {
        remote = new HoldfastRemote(target, ports[target], wire, tally, world);
        remotes.set(target, remote);
      }
      return remote;
    },
    admit: (request, handler) => door.admit(request, handler),
    readings: () => [...[...remotes.values()].map((remote) => remote.reading()), door.reading()],
  };
}

/** Lets in as much as the service can work on without a queue, which the limit finds out by itself. */
class Door {
  private readonly service: ServiceName;
  private readonly tally: Tally;
  private readonly world: World;
  private readonly limit: ConcurrencyLimit;
  private readonly background: Bulkhead;

  constructor(service: ServiceName, tally: Tally, world: World) {
    this.service = service;
    this.tally = tally;
    this.world = world;
    const { concurrent } = serviceLimits[service];
    this.limit = concurrencyLimit({
      name: `${service} door`,
      initial: concurrent,
      min: Math.ceil(concurrent * narrowest),
      max: concurrent * 2,
      // What other services did to the request says nothing about this one's capacity.
      judgeError: () => 'ignored',
      world,
    });
    this.background = bulkhead({
      name: `${service} background`,
      maxConcurrent: Math.ceil(concurrent * backgroundShare),
      world,
    });
  }

  async admit(request: Received, handler: Handler): Promise<Answer> {
    const deadline =
      deadlineFromHeaders(request.headers, { world: this.world }) ??
      (this.service === 'gateway' ? Deadline.after(patience, this.world) : undefined);
    if (deadline?.expired) return this.shed(504, 'nobody waits for this any longer');
    // The deadline is for the calls that the work makes. The work itself counts until it has really ended.
    const work = () =>
      deadline === undefined ? handler(request) : runWithDeadline(deadline, () => handler(request));
    const background = request.headers[priorityHeader] === leastUrgent;
    if (background && this.limit.load() > calm) return this.shed(503, 'customers come first');
    // What takes another time than a customer's call would mislead the limit about those.
    const outcome = await (background ? this.background : this.limit).tryExecute(work);
    if (outcome.ok) return outcome.value;
    const { error } = outcome;
    if (error.code === 'OPERATION_FAILED') throw error.cause;
    return this.shed(503, error.message);
  }

  reading(): PolicyReading {
    const { inFlight, limit } = this.limit.state;
    return { side: 'door', text: `${inFlight}/${limit}` };
  }

  private shed(status: number, error: string): Answer {
    this.tally.shed++;
    return { status, body: { error } };
  }
}

/** On the screen a closed breaker is no news. */
const breakerTexts: Readonly<Record<string, string>> = { closed: '', open: 'OPEN ' };

/** How many times longer than usual a try may take while a service is slow. */
const slowdownMost = 3;

const judgement: JudgeOptions = { judgeError: (error) => (isPassing(error) ? 'failure' : 'ignored') };

class HoldfastRemote implements Remote {
  private readonly target: ServiceName;
  private readonly port: number;
  private readonly wire: Wire;
  private readonly tally: Tally;
  private readonly budget: RetryBudget;
  private readonly breaker: CircuitBreaker;
  private readonly reads: Pipeline<string>;
  private readonly writes: Pipeline<string>;
  private readonly backgroundBreaker: CircuitBreaker;
  private readonly background: Pipeline<string>;

  constructor(target: ServiceName, port: number, wire: Wire, tally: Tally, world: World) {
    this.target = target;
    this.port = port;
    this.wire = wire;
    this.tally = tally;
    this.budget = retryBudget({ ratio: 0.2, window: '5s', world });
    const { tryMillis, retries, concurrent, queue } = tryLimits[target];
    const longest = tryMillis * slowdownMost;
    this.breaker = breaker(target, longest, world);
    const inner = [
      this.breaker,
      bulkhead({ name: target, maxConcurrent: concurrent, maxQueue: queue, world }),
      // As patient as with a service that has become slow, as long as the deadline allows.
      adaptiveTimeout({ name: `${target} timeout`, min: tryMillis, max: longest, world }),
    ] as const;
    const name = `call ${target}`;
    this.reads = new Pipeline(
      [hedge({ delay: '40ms', budget: this.budget, ...judgement, world }), ...inner],
      {
        name,
      },
    );
    const backoff = exponential({ initial: '25ms', max: '250ms' });
    this.writes = new Pipeline(
      [retry({ maxAttempts: retries + 1, backoff, budget: this.budget, ...judgement, world }), ...inner],
      { name },
    );
    // Whoever sends it tries again by himself, and not many at a time.
    this.backgroundBreaker = breaker(`${target} background`, longest, world);
    this.background = new Pipeline(
      [this.backgroundBreaker, timeout(longest, { name: `${target} background timeout`, world })],
      { name },
    );
  }

  async request(call: Call): Promise<unknown> {
    this.tally.calls++;
    const outcome = await this.policiesFor(call).tryExecute(
      ({ signal, deadline }) => this.send(call, signal, deadline),
      call.signal === undefined ? {} : { signal: call.signal },
    );
    if (outcome.ok) return outcome.value;
    const lesser = call.substitute?.();
    if (lesser === undefined)
      throw outcome.error.code === 'OPERATION_FAILED' ? outcome.error.cause : outcome.error;
    this.tally.degraded++;
    return lesser;
  }

  reading(): PolicyReading {
    const { state } = this.breaker.state === 'closed' ? this.backgroundBreaker : this.breaker;
    return { side: this.target, text: `${breakerTexts[state] ?? `${state} `}↻${this.budget.remaining}` };
  }

  private policiesFor({ background, method }: Call): Pipeline<string> {
    if (background) return this.background;
    return method === 'GET' ? this.reads : this.writes;
  }

  private send(call: Call, signal: AbortSignal, deadline: Deadline | undefined): Promise<unknown> {
    return this.wire({
      target: this.target,
      port: this.port,
      call,
      headers: {
        ...deadlineToHeaders(deadline),
        ...(call.key !== undefined && { 'idempotency-key': call.key }),
        ...(call.background && { [priorityHeader]: leastUrgent }),
      },
      signal,
    });
  }
}

/** @param probeMillis - how long its probe may take: as long as any try, for what is slow is not dead. */
function breaker(name: string, probeMillis: number, world: World): CircuitBreaker {
  return circuitBreaker({
    name,
    window: { type: 'time', duration: breakerLimits.windowMillis },
    failureRate: breakerLimits.failureRate,
    openDuration: breakerLimits.openMillis,
    halfOpen: { probes: 1, maxWait: probeMillis },
    judgeError: (error) => (isItsFault(error) ? 'failure' : 'ignored'),
    world,
  });
}

/**
 * Whether the other side is to blame. Who sheds is alive and knows its limits; and that this side refused the call, gave it
 * up or had no time left for it says nothing about the other one.
 */
function isItsFault(error: unknown): boolean {
  return isHoldfastError(error) ? error.code === 'TIMEOUT' : isPassing(error) && !isOverload(error);
}
