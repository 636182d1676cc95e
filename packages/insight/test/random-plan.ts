import type { Plan, ServicePlan, Trouble } from './little-system.ts';

/** A system of five to eight services in which each but the first is called by one before it. */
export function randomPlan(random: () => number): Plan {
  const count = 5 + Math.floor(random() * 4);
  const names = ['gateway', 'amber', 'birch', 'cedar', 'dune', 'elder', 'fjord', 'grove'].slice(0, count);
  const callees = names.map((): string[] => []);
  for (let index = 1; index < count; index++) {
    callees[Math.floor(random() * Math.min(index, 3))]!.push(names[index]!);
    const other = Math.floor(random() * index);
    if (random() < 0.25 && !callees[other]!.includes(names[index]!)) callees[other]!.push(names[index]!);
  }
  const services = names.map(
    (name, index): ServicePlan => ({
      name,
      work: 2 + random() * 10,
      workers: 12,
      instances: random() < 0.4 ? 2 : 1,
      callees: callees[index]!,
      database: random() < 0.4 ? `${name}-db` : undefined,
      operations: random() < 0.5 ? [`POST /${name}`, `GET /${name}`] : [`GET /${name}`],
      retries: random() < 0.5 ? 1 : 0,
      breaker: random() < 0.6,
      parallel: random() < 0.3,
    }),
  );
  return { services, rate: 15 + random() * 20 };
}

/** Trouble of a kind for somebody in the plan for whom it makes sense; the entry is spared. */
export function randomTrouble(
  plan: Plan,
  kind: Trouble['kind'],
  from: number,
  until: number,
  random: () => number,
): Trouble {
  const [, ...others] = plan.services;
  const suited = others.filter(
    ({ instances, operations }) =>
      (kind !== 'one-instance' || instances > 1) && (kind !== 'one-operation' || operations.length > 1),
  );
  const pool = suited.length > 0 ? suited : others;
  const { name, database } = pool[Math.floor(random() * pool.length)]!;
  const atDatabase = (kind === 'slow' || kind === 'broken') && database !== undefined && random() < 0.4;
  const pause = kind === 'paused' ? Math.min(until, from + 3_000) : until;
  return { service: atDatabase ? database : name, kind, from, until: pause };
}
