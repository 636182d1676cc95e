import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type ServiceName, serviceNames } from '../shop/services.ts';
import type { Variant } from '../stack/stack.ts';
import { addTally, newTally, type Tally } from '../stack/tally.ts';
import { type Conditions, fair } from '../storm/conditions.ts';
import type { TelemetryOrder } from '../telemetry/tell.ts';
import type { Guarded } from './guarded.ts';
import type { Ports } from './ports.ts';
import { ServiceProcess } from './service-process.ts';

const restartMillis = 500;

/** The five processes of one shop, and all that can be done to them. */
export class Shop {
  readonly variant: Variant;
  readonly ports: Ports;
  /** Where the services keep their books. */
  readonly folder: string;
  readonly services: Readonly<Record<ServiceName, ServiceProcess>>;
  private closing = false;

  /** The services tell of themselves as `telemetry` says. `crashed` hears of services that ended by themselves; they are started again. */
  constructor(
    variant: Variant,
    ports: Ports,
    seed: number,
    guarded: Guarded,
    telemetry: TelemetryOrder | undefined,
    crashed: (what: string) => void,
  ) {
    this.variant = variant;
    this.ports = ports;
    this.folder = join(guarded.folder, `${variant}-${Date.now()}`);
    mkdirSync(this.folder);
    const open = (service: ServiceName): ServiceProcess =>
      new ServiceProcess(
        { service, variant, ports, folder: this.folder, seed: String(seed), telemetry },
        guarded,
        (why) => {
          if (this.closing) return;
          crashed(`${service} ${why}`);
          setTimeout(() => this.revive(service), restartMillis);
        },
      );
    this.services = Object.fromEntries(
      serviceNames.map((name) => [name, open(name)]),
    ) as unknown as Shop['services'];
  }

  /** @throws PortTaken */
  async open(): Promise<void> {
    await Promise.all(this.all.map((service) => service.start()));
  }

  kill(name: ServiceName): void {
    this.services[name].kill();
  }

  pause(name: ServiceName): void {
    this.services[name].pause();
  }

  setConditions(name: ServiceName, conditions: Conditions): void {
    this.services[name].setConditions(conditions);
  }

  /** Fair weather, and the process running. */
  heal(name: ServiceName): void {
    const service = this.services[name];
    service.setConditions(fair);
    service.resume();
    this.revive(name);
  }

  healAll(): void {
    for (const name of serviceNames) this.heal(name);
  }

  /** What all services counted together. */
  get tally(): Tally {
    const total = newTally();
    for (const service of this.all) addTally(total, service.tally);
    return total;
  }

  /** How many things all services together have under way or still to do; a service that is not up is one of them. */
  get busyWith(): number {
    let things = 0;
    for (const { state, vitals } of this.all) {
      things += state === 'up' ? vitals.busy + vitals.waiting + vitals.owed : 1;
    }
    return things;
  }

  async close(): Promise<void> {
    this.closing = true;
    await Promise.all(this.all.map((service) => service.stop()));
  }

  private get all(): readonly ServiceProcess[] {
    return Object.values(this.services);
  }

  private revive(name: ServiceName): void {
    if (this.closing) return;
    this.services[name].start().catch(() => setTimeout(() => this.revive(name), restartMillis));
  }
}
