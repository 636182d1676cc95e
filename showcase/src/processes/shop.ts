import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type ServiceName, serviceNames } from '../shop/services.ts';
import type { Variant } from '../stack/stack.ts';
import { addTally, newTally, type Tally } from '../stack/tally.ts';
import type { StorePorts } from '../store/members.ts';
import { type Conditions, fair } from '../storm/conditions.ts';
import type { TelemetryOrder } from '../telemetry/tell.ts';
import type { Guarded } from './guarded.ts';
import type { LivingProcess, ProcessName } from './living-process.ts';
import type { Vitals } from './messages.ts';
import type { Ports } from './ports.ts';
import { ServiceProcess } from './service-process.ts';
import { Store } from './store.ts';

const restartMillis = 500;

export interface ShopSetting {
  readonly variant: Variant;
  readonly ports: Ports;
  /** For the members of its store, if it has one. */
  readonly storePorts: StorePorts;
  readonly seed: number;
  readonly guarded: Guarded;
  /** How its processes tell of themselves; undefined for not at all. */
  readonly telemetry: TelemetryOrder | undefined;
  /** Hears of processes that ended by themselves; they are started again. */
  readonly crashed: (what: string) => void;
}

/** The processes of one shop, and all that can be done to them. */
export class Shop {
  readonly variant: Variant;
  readonly ports: Ports;
  /** Where the services keep their books. */
  readonly folder: string;
  readonly services: Readonly<Record<ServiceName, ServiceProcess>>;
  /** Where the sagas of the orders are; undefined where they are no sagas. */
  readonly store: Store | undefined;
  private closing = false;

  constructor({ variant, ports, storePorts, seed, guarded, telemetry, crashed }: ShopSetting) {
    this.variant = variant;
    this.ports = ports;
    this.folder = join(guarded.folder, `${variant}-${Date.now()}`);
    mkdirSync(this.folder);
    const { folder } = this;
    const ended = (name: ProcessName, why: string): void => {
      if (this.closing) return;
      crashed(`${name} ${why}`);
      setTimeout(() => this.revive(name), restartMillis);
    };
    if (variant === 'holdfast') {
      this.store = new Store({ ports: storePorts, folder, variant, guarded, telemetry, crashed: ended });
    }
    const store = this.store?.endpoints;
    const open = (service: ServiceName): ServiceProcess =>
      new ServiceProcess(
        { service, variant, ports, store, folder, seed: String(seed), telemetry },
        guarded,
        (why) => ended(service, why),
      );
    this.services = Object.fromEntries(
      serviceNames.map((name) => [name, open(name)]),
    ) as unknown as Shop['services'];
  }

  /** The store first: orders asks for its ledger before it takes any. @throws PortTaken */
  async open(): Promise<void> {
    await Promise.all((this.store?.all ?? []).map((member) => member.start()));
    await Promise.all(this.allServices.map((service) => service.start()));
  }

  /** All of them. */
  get processes(): readonly LivingProcess<Vitals>[] {
    return [...this.allServices, ...(this.store?.all ?? [])];
  }

  /** Undefined for a member of a store that this shop does not have. */
  process(name: ProcessName): LivingProcess<Vitals> | undefined {
    return this.processes.find((each) => each.name === name);
  }

  kill(name: ProcessName): void {
    this.process(name)?.kill();
  }

  pause(name: ProcessName): void {
    this.process(name)?.pause();
  }

  /** Members of the store work under the same conditions always. */
  setConditions(name: ProcessName, conditions: Conditions): void {
    const process = this.process(name);
    if (process instanceof ServiceProcess) process.setConditions(conditions);
  }

  /** Fair weather, and the process running. */
  heal(name: ProcessName): void {
    this.setConditions(name, fair);
    this.process(name)?.resume();
    this.revive(name);
  }

  healAll(): void {
    for (const { name } of this.processes) this.heal(name);
  }

  /** What all services counted together. */
  get tally(): Tally {
    const total = newTally();
    for (const service of this.allServices) addTally(total, service.tally);
    return total;
  }

  /** How many things all services together have under way or still to do; a service that is not up is one of them. */
  get busyWith(): number {
    let things = 0;
    for (const { state, vitals } of this.allServices) {
      things += state === 'up' ? vitals.busy + vitals.waiting + vitals.owed : 1;
    }
    return things;
  }

  async close(): Promise<void> {
    this.closing = true;
    await Promise.all(this.processes.map((process) => process.stop()));
  }

  private get allServices(): readonly ServiceProcess[] {
    return Object.values(this.services);
  }

  private revive(name: ProcessName): void {
    if (this.closing) return;
    this.process(name)
      ?.start()
      .catch(() => setTimeout(() => this.revive(name), restartMillis));
  }
}
