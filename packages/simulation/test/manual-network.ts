import { ManualWorld, type Timer, type TimingWheel } from '@holdfast/core';
import { type Choice, Choices } from '../src/choices/choices.ts';
import type { Process } from '../src/host/process.ts';
import { NetworkModel, type NetworkModelOptions, type ProcessNetwork } from '../src/network/network-model.ts';
import type { TraceEvent } from '../src/trace/trace-event.ts';

/** A simulated network in a world that a test moves by hand, with processes that it starts, pauses and crashes. */
export class ManualNetwork {
  readonly world: ManualWorld = new ManualWorld();
  readonly choices: Choices;
  readonly trace: TraceEvent[] = [];
  readonly model: NetworkModel;

  constructor(
    seed: number | string = 1,
    options: Partial<NetworkModelOptions> & { readonly only?: readonly Choice[] } = {},
  ) {
    const { clock, timers } = this.world;
    this.choices = new Choices(seed, { only: options.only });
    const tracer = { enabled: true, record: (event: TraceEvent) => void this.trace.push(event) };
    this.model = new NetworkModel({ clock, timers, choices: this.choices, tracer, ...options });
  }

  start(host: string, incarnation = 1): ManualProcess {
    return new ManualProcess(this, host, incarnation);
  }

  /** Lets time pass until `ending` has settled. */
  async drive<Result>(ending: Promise<Result>): Promise<Result> {
    let ended = false;
    const watched = ending.finally(() => {
      ended = true;
    });
    watched.catch(() => {});
    await this.world.settle();
    while (!ended) {
      if (!(await this.step())) throw new Error('nothing more happens, and it has not ended');
    }
    return watched;
  }

  /** Lets the next timer fire, if there is one, and what follows from it go on. */
  async step(): Promise<boolean> {
    const { clock, timers } = this.world;
    const due = (timers as TimingWheel).nextDue();
    if (due === Number.POSITIVE_INFINITY) return false;
    await this.world.advance(`${due - clock.now()}us`);
    return true;
  }

  /** The drops so far, by their reasons. */
  get drops(): string[] {
    return this.trace.flatMap((event) => (event.what === 'drop' ? [event.why] : []));
  }
}

export class ManualProcess implements Process {
  readonly host: string;
  readonly incarnation: number;
  readonly messages: ProcessNetwork['messages'];
  readonly network: ProcessNetwork['network'];
  readonly serve: ProcessNetwork['serve'];
  readonly fetch: ProcessNetwork['fetch'];
  alive = true;
  #paused = false;
  readonly #manual: ManualNetwork;
  readonly #waiting: Timer[] = [];

  constructor(manual: ManualNetwork, host: string, incarnation: number) {
    this.host = host;
    this.incarnation = incarnation;
    this.#manual = manual;
    const attached = manual.model.attach(this);
    this.messages = attached.messages;
    this.network = attached.network;
    this.serve = attached.serve;
    this.fetch = attached.fetch;
  }

  admits(event: Timer): boolean {
    if (this.#paused && this.alive) this.#waiting.push(event);
    return this.alive && !this.#paused;
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    const { clock, timers } = this.#manual.world;
    for (const event of this.#waiting.splice(0)) timers.arm(event, clock.now());
  }

  crash(): void {
    this.alive = false;
    this.#waiting.length = 0;
    this.#manual.model.detach(this);
  }

  restart(): ManualProcess {
    this.crash();
    return new ManualProcess(this.#manual, this.host, this.incarnation + 1);
  }

  /** All messages that arrive from now on. */
  hear(): unknown[] {
    const heard: unknown[] = [];
    this.messages.onMessage = (message) => void heard.push(message);
    return heard;
  }
}
