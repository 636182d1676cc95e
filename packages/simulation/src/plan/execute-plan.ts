import { Timer, toMicros } from '@holdfast/core';
import type { SimulatedHost, Simulation } from '../simulation/simulation.ts';
import type { Fault, FaultPlan } from './fault-plan.ts';
import { HostHolds } from './host-holds.ts';
import { strikeOf } from './strike.ts';
import { waitsForPhase } from './targets.ts';

export interface ExecutePlanOptions {
  /** Called for each host that a fault concerns, just before the fault strikes. */
  readonly onStrike?: ((kind: string, host: SimulatedHost) => void) | undefined;
}

/** A plan that is being executed. */
export interface PlanExecution {
  /**
   * Ends the storm: every fault is over, no more will strike, network and disks are as they are by default, clocks run
   * true, and every host is up.
   */
  heal(): void;
  /** Call it after every event: faults that wait for somebody in a certain phase look whether there is one. */
  afterEvent(): void;
  /** Whether a fault that is in force keeps `host` down. */
  holdsDown(host: SimulatedHost): boolean;
}

/**
 * Executes `plan` in `simulation`; the storm begins now. Each fault strikes at its moment and ends at its end.
 * Faults that overlap add up. A fault aimed at a role that nobody has then strikes nobody; one aimed at a phase of a role
 * strikes as soon as somebody is in it.
 */
export function executePlan(
  plan: FaultPlan,
  simulation: Simulation,
  { onStrike }: ExecutePlanOptions = {},
): PlanExecution {
  return new Storm(plan, simulation, onStrike);
}

class Storm implements PlanExecution {
  readonly simulation: Simulation;
  readonly onStrike: ((kind: string, host: SimulatedHost) => void) | undefined;
  readonly begun: number;
  readonly #faults: readonly TimedFault[];
  readonly #waiting = new Set<TimedFault>();
  readonly #holds = new Map<SimulatedHost, HostHolds>();

  constructor(
    { network = {}, disk = {}, faults = [] }: FaultPlan,
    simulation: Simulation,
    onStrike: ((kind: string, host: SimulatedHost) => void) | undefined,
  ) {
    this.simulation = simulation;
    this.onStrike = onStrike;
    this.begun = simulation.clock.now();
    simulation.network.setConditions(network);
    for (const host of simulation.hosts) host.disk.setConditions(disk);
    this.#faults = faults.map((fault, index) => new TimedFault(fault, index, this));
  }

  holdsOf(host: SimulatedHost): HostHolds {
    let holds = this.#holds.get(host);
    if (holds === undefined) {
      holds = new HostHolds(host);
      this.#holds.set(host, holds);
    }
    return holds;
  }

  holdsDown(host: SimulatedHost): boolean {
    return this.#holds.get(host)?.down ?? false;
  }

  /** `fault` strikes as soon as there is somebody to strike. */
  wait(fault: TimedFault): void {
    this.#waiting.add(fault);
  }

  afterEvent(): void {
    if (this.#waiting.size === 0) return;
    for (const fault of this.#waiting) if (fault.strike()) this.#waiting.delete(fault);
  }

  heal(): void {
    this.#waiting.clear();
    const { simulation } = this;
    simulation.network.setConditions({});
    for (const host of simulation.hosts) host.disk.setConditions({});
    for (const fault of this.#faults) fault.finish();
    for (const host of simulation.hosts) {
      if (host.state === 'down') host.start();
      else if (host.state === 'paused') host.resume();
    }
    if (simulation.tracer.enabled) {
      simulation.tracer.record({ what: 'healed', at: simulation.clock.now() });
    }
  }
}

/** Wakes when its fault strikes, and again when it is over. */
class TimedFault extends Timer {
  readonly #fault: Fault;
  readonly #index: number;
  readonly #storm: Storm;
  #end: (() => void) | undefined;

  constructor(fault: Fault, index: number, storm: Storm) {
    super();
    this.#fault = fault;
    this.#index = index;
    this.#storm = storm;
    storm.simulation.timers.arm(this, storm.begun + toMicros(fault.at));
  }

  override fire(): void {
    if (this.#end !== undefined) this.finish();
    else if (!this.strike() && waitsForPhase(this.#fault)) this.#storm.wait(this);
  }

  /** Ends it if it has struck; it will not strike any more. */
  finish(): void {
    const { simulation } = this.#storm;
    simulation.timers.disarm(this);
    if (this.#end === undefined) return;
    this.#end();
    this.#end = undefined;
    if (simulation.tracer.enabled) {
      const { kind } = this.#fault;
      simulation.tracer.record({ what: 'fault-end', at: simulation.clock.now(), kind, index: this.#index });
    }
  }

  /** Strikes, if there is anybody to strike. */
  strike(): boolean {
    const { simulation, onStrike } = this.#storm;
    const { kind, for: length } = this.#fault;
    const strike = strikeOf(this.#fault, simulation, (host) => this.#storm.holdsOf(host));
    if (strike === undefined) return false;
    if (onStrike !== undefined) for (const host of strike.hosts) onStrike(kind, host);
    if (simulation.tracer.enabled) {
      const { subject } = strike;
      simulation.tracer.record({
        what: 'fault',
        at: simulation.clock.now(),
        kind,
        subject,
        index: this.#index,
      });
    }
    this.#end = strike.begin();
    if (length !== undefined) simulation.timers.arm(this, simulation.clock.now() + toMicros(length));
    return true;
  }
}
