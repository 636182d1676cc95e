import type { ChildProcess } from 'node:child_process';
import { addTally, newTally, type Tally } from '../stack/tally.ts';
import { type Conditions, fair } from '../storm/conditions.ts';
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

/** One service of the shop: besides what befalls any process, it works in fair weather and foul. */
export class ServiceProcess extends LivingProcess<ServiceVitals> {
  conditions: Conditions = fair;
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

  setConditions(conditions: Conditions): void {
    this.conditions = conditions;
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
    const { child, conditions } = this;
    if (!child?.connected) return;
    child.send({ type: 'weather', conditions } satisfies SupervisorMessage);
  }
}
