import type { Span, SpanKind } from '../src/model/span.ts';

/** What goes wrong, with whom, for how long. Milliseconds. */
export interface Trouble {
  readonly service: string;
  readonly kind: 'slow' | 'broken' | 'killed' | 'paused' | 'burst' | 'far' | 'one-operation' | 'one-instance';
  readonly from: number;
  readonly until: number;
}

/** Who calls whom in a system, and how. */
export interface Plan {
  /** Each calls those behind it only; the first is the entry. */
  readonly services: readonly ServicePlan[];
  /** Requests a second. */
  readonly rate: number;
}

export interface ServicePlan {
  readonly name: string;
  /** Mean milliseconds that it works on a request. */
  readonly work: number;
  readonly workers: number;
  readonly instances: number;
  readonly callees: readonly string[];
  /** A database that sends no spans. */
  readonly database: string | undefined;
  readonly operations: readonly string[];
  readonly retries: number;
  readonly breaker: boolean;
  readonly parallel: boolean;
}

const epoch = 1_700_000_000_000;
const timeout = 800;

/**
 * A handful of services in virtual time, with queues, timeouts, retries and breakers, and the spans that they would send:
 * none of a process that is dead, late ones of one that stood still.
 */
export async function runLittleSystem(
  plan: Plan,
  troubles: readonly Trouble[],
  duration: number,
  random: () => number,
): Promise<Span[]> {
  const system = new LittleSystem(plan, troubles, random);
  return await system.run(duration);
}

class Failed extends Error {}

interface Place {
  readonly traceId: string;
  readonly spanId: string | undefined;
}

class Instance {
  readonly id: string;
  active = 0;
  readonly waiting: (() => void)[] = [];
  /** Who dies when it is killed. */
  readonly victims: Set<() => void> = new Set();

  constructor(id: string) {
    this.id = id;
  }
}

class LittleSystem {
  readonly #plan: Plan;
  readonly #troubles: readonly Trouble[];
  readonly #random: () => number;
  readonly #spans: Span[] = [];
  readonly #timers: { at: number; run: () => void; order: number }[] = [];
  readonly #instances: Map<string, Instance[]> = new Map();
  readonly #breakers: Map<string, { failures: number; openUntil: number }> = new Map();
  #now = 0;
  #ids = 0;

  constructor(plan: Plan, troubles: readonly Trouble[], random: () => number) {
    this.#plan = plan;
    this.#troubles = troubles;
    this.#random = random;
    for (const { name, instances } of plan.services) {
      this.#instances.set(
        name,
        Array.from({ length: instances }, (_, index) => new Instance(`${name}-${index}`)),
      );
    }
  }

  async run(duration: number): Promise<Span[]> {
    const entry = this.#plan.services[0]!;
    for (let at = 0; at < duration; ) {
      const burst = this.#troubles.some(
        (trouble) => trouble.kind === 'burst' && at >= trouble.from && at < trouble.until,
      );
      at += this.#exponential(1_000 / (this.#plan.rate * (burst ? 6 : 1)));
      const traceId = `trace${++this.#ids}`;
      this.#at(at, () => void this.#handle(entry, { traceId, spanId: undefined }).catch(() => {}));
    }
    for (const trouble of this.#troubles) {
      if (trouble.kind === 'killed') this.#at(trouble.from, () => this.#kill(trouble.service));
    }
    while (this.#timers.length > 0) {
      let next = 0;
      for (let index = 1; index < this.#timers.length; index++) {
        const [one, other] = [this.#timers[index]!, this.#timers[next]!];
        if (one.at < other.at || (one.at === other.at && one.order < other.order)) next = index;
      }
      const timer = this.#timers[next]!;
      this.#timers[next] = this.#timers.at(-1)!;
      this.#timers.pop();
      this.#now = timer.at;
      timer.run();
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    return this.#spans;
  }

  async #handle(service: ServicePlan, caller: Place): Promise<void> {
    if (this.#is('killed', service.name)) {
      await this.#sleep(1);
      throw new Failed('connection refused');
    }
    if (this.#is('far', service.name)) await this.#sleep(120);
    const instances = this.#instances.get(service.name)!;
    const instance = instances[Math.floor(this.#random() * instances.length)]!;
    const operation = service.operations[Math.floor(this.#random() * service.operations.length)]!;
    const death = new Promise<never>((_, reject) => {
      const die = (): void => reject(new Failed('connection reset'));
      instance.victims.add(die);
    });
    await Promise.race([
      this.#serve(service, instance, operation, caller, this.#lifeOf(service.name)),
      death,
    ]);
  }

  async #serve(
    service: ServicePlan,
    instance: Instance,
    operation: string,
    caller: Place,
    life: number,
  ): Promise<void> {
    const place = { traceId: caller.traceId, spanId: this.#id() };
    await this.#awake(service.name);
    const start = this.#now;
    const finish = (failed: boolean): void => {
      if (this.#lifeOf(service.name) !== life) return;
      this.#emit(place, caller, service.name, instance.id, operation, 'server', start, failed, undefined);
    };
    if (instance.active >= service.workers) {
      if (instance.waiting.length >= 60) {
        finish(true);
        throw new Failed('overloaded');
      }
      await new Promise<void>((resolve) => instance.waiting.push(resolve));
    }
    instance.active++;
    try {
      await this.#work(service, instance, operation, place);
      finish(false);
    } catch (error) {
      finish(true);
      throw error;
    } finally {
      instance.active--;
      instance.waiting.shift()?.();
    }
  }

  async #work(service: ServicePlan, instance: Instance, operation: string, place: Place): Promise<void> {
    const slowHere =
      this.#is('slow', service.name) ||
      (this.#is('one-instance', service.name) && instance.id.endsWith('-0')) ||
      (this.#is('one-operation', service.name) && operation === service.operations[0]);
    await this.#sleep(this.#exponential(service.work / 2) + (slowHere ? 150 + this.#random() * 100 : 0));
    await this.#awake(service.name);
    if (this.#is('broken', service.name) && this.#random() < 0.6) throw new Failed('broken');
    if (service.database !== undefined) await this.#query(service, instance, place);
    const calls = service.callees.map((name) => () => this.#call(service, instance, name, place));
    if (service.parallel) await Promise.all(calls.map((call) => call()));
    else for (const call of calls) await call();
    await this.#sleep(this.#exponential(service.work / 2));
    await this.#awake(service.name);
  }

  async #query(service: ServicePlan, instance: Instance, place: Place): Promise<void> {
    const start = this.#now;
    const slow = this.#is('slow', service.database!) ? 150 + this.#random() * 100 : 0;
    await this.#sleep(this.#exponential(2) + slow);
    const failed = this.#is('broken', service.database!) && this.#random() < 0.6;
    const span = { traceId: place.traceId, spanId: this.#id() };
    this.#emit(span, place, service.name, instance.id, 'SELECT', 'client', start, failed, service.database);
    if (failed) throw new Failed('no connection');
  }

  async #call(service: ServicePlan, instance: Instance, name: string, place: Place): Promise<void> {
    const callee = this.#plan.services.find((other) => other.name === name)!;
    const key = `${instance.id} ${name}`;
    const breaker = this.#breakers.get(key) ?? { failures: 0, openUntil: 0 };
    this.#breakers.set(key, breaker);
    for (let attempt = 0; ; attempt++) {
      if (service.breaker && breaker.openUntil > this.#now) throw new Failed('circuit open');
      const start = this.#now;
      const span = { traceId: place.traceId, spanId: this.#id() };
      const failed = await Promise.race([
        this.#handle(callee, span).then(
          () => false,
          () => true,
        ),
        this.#sleep(timeout).then(() => true),
      ]);
      await this.#awake(service.name);
      this.#emit(span, place, service.name, instance.id, `call ${name}`, 'client', start, failed, undefined);
      if (!failed) {
        breaker.failures = 0;
        return;
      }
      breaker.failures++;
      if (breaker.failures >= 5) breaker.openUntil = this.#now + 400;
      if (attempt >= service.retries) throw new Failed('call failed');
      await this.#sleep(20 + this.#random() * 40);
    }
  }

  #kill(name: string): void {
    for (const instance of this.#instances.get(name)!) {
      for (const die of instance.victims) die();
      instance.victims.clear();
      instance.waiting.length = 0;
      instance.active = 0;
    }
  }

  /** How often it was killed until now. */
  #lifeOf(name: string): number {
    return this.#troubles.filter(
      ({ kind, service, from }) => kind === 'killed' && service === name && from <= this.#now,
    ).length;
  }

  #is(kind: Trouble['kind'], name: string): boolean {
    return this.#troubles.some(
      (trouble) =>
        trouble.kind === kind &&
        trouble.service === name &&
        this.#now >= trouble.from &&
        this.#now < trouble.until,
    );
  }

  async #awake(name: string): Promise<void> {
    for (const { kind, service, from, until } of this.#troubles) {
      if (kind !== 'paused' || service !== name || this.#now < from || this.#now >= until) continue;
      await this.#sleep(until - this.#now);
    }
  }

  #emit(
    place: Place,
    parent: Place,
    service: string,
    instance: string,
    operation: string,
    kind: SpanKind,
    start: number,
    failed: boolean,
    peer: string | undefined,
  ): void {
    this.#spans.push({
      traceId: place.traceId,
      spanId: place.spanId!,
      parentId: parent.spanId,
      service,
      instance,
      version: undefined,
      operation,
      kind,
      status: failed ? 'error' : 'unset',
      start: (epoch + start) * 1_000,
      duration: Math.round((this.#now - start) * 1_000),
      peer,
      links: [],
      attributes: {},
    });
  }

  #sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => this.#at(this.#now + milliseconds, resolve));
  }

  #at(at: number, run: () => void): void {
    this.#timers.push({ at, run, order: ++this.#ids });
  }

  #exponential(mean: number): number {
    return -Math.log(1 - this.#random()) * mean;
  }

  #id(): string {
    return String(++this.#ids);
  }
}
