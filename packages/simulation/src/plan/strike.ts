import { toMicros, toPositiveMicros } from '@holdfast/core';
import type { SimulatedHost, Simulation } from '../simulation/simulation.ts';
import type { Fault } from './fault-plan.ts';
import { Flapping } from './flapping.ts';
import type { HostHolds } from './host-holds.ts';
import { partitionGroups, targets, waitsForPhase } from './targets.ts';

/** What a fault strikes with, and whom. */
export interface Strike {
  /** Whom or what it strikes, for the trace: a host, a link as `'from>to'`, groups as `'n1,n2|n3'`. */
  readonly subject: string;
  /** The hosts that it concerns, each once. */
  readonly hosts: readonly SimulatedHost[];
  /** Does it, and returns what ends it. */
  begin(): () => void;
}

/** The strike of `fault` now; undefined when there is nobody whom it is aimed at, or not each of those. */
export function strikeOf(
  fault: Fault,
  simulation: Simulation,
  holds: (host: SimulatedHost) => HostHolds,
): Strike | undefined {
  const purpose = `${fault.kind} ${fault.at}`;
  switch (fault.kind) {
    case 'partition':
      if (
        waitsForPhase(fault) &&
        !fault.groups.flat().every((aim) => targets(aim, purpose, simulation).length > 0)
      ) {
        return undefined;
      }
      return partition(partitionGroups(fault.groups, purpose, simulation), simulation);
    case 'cut':
    case 'clog':
    case 'degrade':
    case 'flap':
      return onLinks(linksOf(fault.from, fault.to, purpose, simulation), linkTrouble(fault, simulation));
    default:
      return onHosts(targets(fault.host, purpose, simulation), hostTrouble(fault, holds));
  }
}

type LinkFault = Extract<Fault, { readonly from: string }>;
type HostFault = Extract<Fault, { readonly host: string }>;
type Link = readonly [from: SimulatedHost, to: SimulatedHost];
/** Does something to a host or a link, and returns what ends it. */
type Begin<Subject> = (subject: Subject) => () => void;

function hostTrouble(fault: HostFault, holds: (host: SimulatedHost) => HostHolds): Begin<SimulatedHost> {
  switch (fault.kind) {
    case 'crash':
    case 'wipe':
      return (host) => {
        holds(host).holdDown();
        if (fault.kind === 'wipe') host.disk.wipe();
        return () => holds(host).letUp();
      };
    case 'pause':
      return (host) => {
        holds(host).holdStill();
        return () => holds(host).letGoOn();
      };
    case 'slow': {
      const lag = toMicros(fault.lag);
      return (host) => {
        holds(host).addLag(lag);
        return () => holds(host).addLag(-lag);
      };
    }
    case 'clock-jump':
      return (host) => {
        host.jumpWall(fault.milliseconds);
        return () => host.jumpWall(-fault.milliseconds);
      };
    case 'clock-drift':
      return (host) => {
        holds(host).addDrift(fault.partsPerMillion);
        return () => holds(host).addDrift(-fault.partsPerMillion);
      };
    case 'disk-full':
      return (host) => host.disk.fill();
    case 'disk-trouble': {
      const { kind, host: _host, at, for: length, ...conditions } = fault;
      return (host) => host.disk.trouble(conditions);
    }
  }
}

function linkTrouble(fault: LinkFault, simulation: Simulation): Begin<Link> {
  const { network } = simulation;
  switch (fault.kind) {
    case 'cut':
      return ([from, to]) => network.cut(from.name, to.name);
    case 'clog':
      return ([from, to]) => network.clog(from.name, to.name);
    case 'degrade': {
      const { kind, from: _from, to: _to, at, for: length, ...conditions } = fault;
      return ([from, to]) => network.degrade(from.name, to.name, conditions);
    }
    case 'flap': {
      const half = Math.max(1, Math.floor(toPositiveMicros(fault.period) / 2));
      return ([from, to]) => {
        const flapping = new Flapping(simulation, half, () => {
          const there = network.cut(from.name, to.name);
          const back = network.cut(to.name, from.name);
          return endAll([there, back]);
        });
        return () => flapping.stop();
      };
    }
  }
}

function onHosts(hosts: readonly SimulatedHost[], begin: Begin<SimulatedHost>): Strike | undefined {
  if (hosts.length === 0) return undefined;
  const subject = hosts.map(({ name }) => name).join(',');
  return { subject, hosts, begin: () => endAll(hosts.map(begin)) };
}

function onLinks(links: readonly Link[], begin: Begin<Link>): Strike | undefined {
  if (links.length === 0) return undefined;
  const subject = links.map(([from, to]) => `${from.name}>${to.name}`).join(',');
  return { subject, hosts: [...new Set(links.flat())], begin: () => endAll(links.map(begin)) };
}

function partition(
  groups: readonly (readonly SimulatedHost[])[],
  simulation: Simulation,
): Strike | undefined {
  const links: Link[] = [];
  for (const group of groups) {
    for (const other of groups) {
      if (other === group) continue;
      for (const from of group) for (const to of other) links.push([from, to]);
    }
  }
  const strike = onLinks(links, ([from, to]) => simulation.network.cut(from.name, to.name));
  const subject = groups.map((group) => group.map(({ name }) => name).join(',')).join('|');
  return strike && { ...strike, subject };
}

/** All links from one aim to another; a host has none to itself. */
function linksOf(from: string, to: string, purpose: string, simulation: Simulation): readonly Link[] {
  const links: Link[] = [];
  for (const one of targets(from, purpose, simulation)) {
    for (const other of targets(to, purpose, simulation)) if (one !== other) links.push([one, other]);
  }
  return links;
}

function endAll(ends: readonly (() => void)[]): () => void {
  return () => {
    for (const end of ends) end();
  };
}
