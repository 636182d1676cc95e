import type { Participant, Resource } from '@holdfast/transactions';

/** Told where the process is: `<operation> <bank> before` or `after`. It may not return. */
export type Reach = (boundary: string) => Promise<void>;

async function around<Result>(reach: Reach, what: string, work: () => Promise<Result>): Promise<Result> {
  await reach(`${what} before`);
  const result = await work();
  await reach(`${what} after`);
  return result;
}

/** The resource, with a boundary before and after all that changes something. */
export function bounded<Connection>(resource: Resource<Connection>, reach: Reach): Resource<Connection> {
  const { name } = resource;
  return {
    name,
    abilities: resource.abilities,
    check: (signal) => resource.check(signal),
    recover: (prefix, signal) => resource.recover(prefix, signal),
    settle: (id, signal) => around(reach, `settle ${name}`, () => resource.settle(id, signal)),
    commit: (id, signal) => around(reach, `commit ${name}`, () => resource.commit(id, signal)),
    rollback: (id, signal) => around(reach, `rollback ${name}`, () => resource.rollback(id, signal)),
    begin: async (id, signal) => {
      const branch = await around(reach, `begin ${name}`, () => resource.begin(id, signal));
      return {
        connection: branch.connection,
        wrote: (limit) => branch.wrote(limit),
        prepare: (limit) => around(reach, `prepare ${name}`, () => branch.prepare(limit)),
        commitOnePhase: (limit) => around(reach, `one-phase ${name}`, () => branch.commitOnePhase(limit)),
        rollback: () => around(reach, `undo ${name}`, () => branch.rollback()),
      };
    },
  };
}

/** The participant, with a boundary before and after each call. */
export function boundedParticipant(name: string, participant: Participant, reach: Reach): Participant {
  return {
    call: (call, signal) => around(reach, `${call.operation} ${name}`, () => participant.call(call, signal)),
  };
}

/** A step of a saga, with a boundary before and after it. */
export function boundedStep(what: string, reach: Reach, work: () => Promise<void>): Promise<void> {
  return around(reach, what, work);
}

export type Kind = 'two-phase' | 'saga' | 'tcc';

/** What a transfer from `from` to `to` comes past, in this order more or less. */
export function boundariesOf(kind: Kind, from: string, to: string, refused: boolean): string[] {
  const operations: Record<Kind, readonly string[]> = {
    'two-phase': refused
      ? [`undo ${from}`, `undo ${to}`]
      : [`begin ${from}`, `prepare ${from}`, `prepare ${to}`, `commit ${from}`, `commit ${to}`],
    saga: refused ? [`undo ${from}`] : [`debit ${from}`, `credit ${to}`],
    tcc: refused ? [`cancel ${from}`] : [`try ${from}`, `try ${to}`, `confirm ${from}`, `confirm ${to}`],
  };
  return operations[kind].flatMap((operation) => [`${operation} before`, `${operation} after`]);
}
