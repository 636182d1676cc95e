import type { ChildProcess } from 'node:child_process';
import { addTally, newTally, type Tally } from '../stack/tally.ts';
import { type Conditions, fair } from '../storm/conditions.ts';
import type { Guarded } from './guarded.ts';
import type { ServiceMessage, ServiceOrder, SupervisorMessage, Vitals } from './messages.ts';
import { PortTaken } from './ports.ts';
import { startProcess } from './start.ts';

export type ServiceState = 'starting' | 'up' | 'paused' | 'down';

const noVitals: Vitals = { tally: newTally(), busy: 0, waiting: 0, owed: 0, readings: [] };
const stderrLengthMax = 4_000;

/** One service of the shop through all its lives: started, killed, paused, in fair weather and foul. */
export class ServiceProcess {
  state: ServiceState = 'down';
  conditions: Conditions = fair;
  vitals: Vitals = noVitals;
  private readonly order: ServiceOrder;
  private readonly guarded: Guarded;
  private readonly crashed: (why: string) => void;
  private child: ChildProcess | undefined;
  /** What its earlier lives counted. */
  private readonly past: Tally = newTally();

  /** `crashed` hears of an end that nobody asked for. */
  constructor(order: ServiceOrder, guarded: Guarded, crashed: (why: string) => void) {
    this.order = order;
    this.guarded = guarded;
    this.crashed = crashed;
  }

  /** What all its lives together counted. */
  get tally(): Tally {
    const total = { ...this.past };
    addTally(total, this.vitals.tally);
    return total;
  }

  /** Starts it; resolves when it listens. @throws PortTaken */
  start(): Promise<void> {
    if (this.child !== undefined) return Promise.resolve();
    this.state = 'starting';
    const child = startProcess('shop/main', JSON.stringify(this.order), {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.child = child;
    this.guarded.watch(child);
    let lastWords = '';
    child.stderr!.on('data', (chunk) => {
      lastWords = (lastWords + chunk).slice(-stderrLengthMax);
    });
    return new Promise((resolve, reject) => {
      child.on('message', (message: ServiceMessage) => {
        if (message.type === 'vitals') this.vitals = message.vitals;
        if (message.type === 'cannot-listen') {
          this.kill();
          reject(new PortTaken(this.order.ports[this.order.service], this.order.service, message.code));
        }
        if (message.type === 'ready') {
          if (this.state === 'starting') this.state = 'up';
          this.tellWeather();
          resolve();
        }
      });
      child.once('exit', (code, signal) => {
        const wanted = this.child !== child;
        if (!wanted) this.ended();
        if (!wanted)
          this.crashed(`ended by itself (${signal ?? `exit code ${code}`})\n${lastWords}`.trimEnd());
        resolve();
      });
    });
  }

  kill(): void {
    const { child } = this;
    if (child === undefined) return;
    this.ended();
    child.kill('SIGKILL');
  }

  pause(): void {
    if (this.state !== 'up') return;
    this.child!.kill('SIGSTOP');
    this.state = 'paused';
  }

  resume(): void {
    if (this.state !== 'paused') return;
    this.child!.kill('SIGCONT');
    this.state = 'up';
  }

  setConditions(conditions: Conditions): void {
    this.conditions = conditions;
    this.tellWeather();
  }

  /** Kills it, and resolves when it is gone. */
  async stop(): Promise<void> {
    const { child } = this;
    if (child === undefined) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    this.kill();
    await gone;
  }

  private ended(): void {
    this.child = undefined;
    this.state = 'down';
    addTally(this.past, this.vitals.tally);
    this.vitals = noVitals;
  }

  private tellWeather(): void {
    const { child, conditions } = this;
    if (!child?.connected) return;
    child.send({ type: 'weather', conditions } satisfies SupervisorMessage);
  }
}
