import type { ChildProcess } from 'node:child_process';
import { addTally, newTally, type Tally } from '../stack/tally.ts';
import type { Guarded } from './guarded.ts';
import { LivingProcess } from './living-process.ts';
import type { ServiceOrder, ServiceVitals, SupervisorMessage } from './messages.ts';
import { PortTaken } from './ports.ts';
import { startProcess } from './start.ts';
import { noUsage } from './usage.ts';

const noVitals: ServiceVitals = {
  tally: newTally(),
  busy: 0,
  waiting: 0,
  owed: 0,
  readings: [],
  usage: noUsage,
};

/** One service of the shop: besides what befalls any process, it is slowed, broken and healed. */
export class ServiceProcess extends LivingProcess<ServiceVitals> {
  slowMillis = 0;
  brokenShare = 0;
  private readonly order: ServiceOrder;
  /** What its earlier lives counted. */
  private readonly pastTally: Tally = newTally();

  constructor(order: ServiceOrder, guarded: Guarded, crashed: (why: string) => void) {
    super(order.service, guarded, noVitals, crashed);
    this.order = order;
  }

  /** What all its lives together counted. */
  get tally(): Tally {
    const total = { ...this.pastTally };
    addTally(total, this.vitals.tally);
    return total;
  }

  setWeather(slowMillis: number, brokenShare: number): void {
    this.slowMillis = slowMillis;
    this.brokenShare = brokenShare;
    this.tellWeather();
  }

  protected override launch(): ChildProcess {
    return startProcess('shop/main', JSON.stringify(this.order), {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
  }

  protected override portTaken(code: string): Error {
    const { ports, service } = this.order;
    return new PortTaken(ports[service], service, code);
  }

  protected override ready(): void {
    this.tellWeather();
  }

  protected override ended(): void {
    addTally(this.pastTally, this.vitals.tally);
    super.ended();
  }

  private tellWeather(): void {
    const { child, slowMillis, brokenShare } = this;
    if (!child?.connected) return;
    child.send({ type: 'weather', slowMillis, brokenShare } satisfies SupervisorMessage);
  }
}
