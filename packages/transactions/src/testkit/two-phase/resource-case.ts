import type { BranchId } from '../../two-phase/branch-id.ts';
import { transactionName } from '../../two-phase/branch-id.ts';
import type { Resource } from '../../two-phase/resource.ts';
import { equal } from '../expectations.ts';

/** A resource under test, and what its engine lets a test do to it. */
export interface ResourceUnderTest<Connection = unknown> {
  /** Another process's resource of the one database and name. The harness closes what the case has left open. */
  open(): Promise<Resource<Connection>>;
  /** Of no other case: 8 of `a-z0-9`. */
  readonly ledgerId: string;
  /** A key of this case alone: numbers are kept under them, 0 at first. */
  readonly key: string;
  /** Adds to the number of `key`, in the branch. */
  add(connection: Connection, key: string, amount: number): Promise<void>;
  /** Reads the number of `key` in the branch, and writes nothing. */
  look(connection: Connection, key: string): Promise<number>;
  /** What is committed under `key`. */
  read(key: string): Promise<number>;
  /** Whether a session that has nothing to do with the branches can change `key` now, without waiting. It changes nothing. */
  isFree(key: string): Promise<boolean>;
  /** Ends the process of a resource, as if it had been killed. */
  crash(resource: Resource<Connection>): Promise<void>;
  /** Does to a branch what makes the database roll it back, at the latest when it is to be prepared or committed. */
  doom?(connection: Connection): Promise<void>;
  /** Prepares a branch that no ledger has made, under `name`. What it gives tells whether it is still there. */
  foreign?(name: string): Promise<() => Promise<boolean>>;
  /** Kills the server and starts it again. */
  restart?(): Promise<void>;
  /** A resource whose server cannot prepare as it is set up. */
  misconfigured?(): Promise<Resource<Connection>>;
}

/** What a case may need besides. `prepare` and `settle` are abilities of the resource. */
export type ResourceNeed = 'prepare' | 'settle' | 'doom' | 'foreign' | 'restart' | 'misconfigured';

/** One promise of a `Resource`. */
export interface ResourceCase {
  readonly name: string;
  /** Leave it out where the resource has not all of them. */
  readonly needs: readonly ResourceNeed[];
  /** Rejects unless the resource keeps it. */
  run(under: Required<ResourceUnderTest>): Promise<void>;
}

/** A branch of the case: of run `run` under an epoch. */
export function branchOf(
  { ledgerId }: ResourceUnderTest,
  resource: Resource,
  run: string,
  epoch: number = 1,
): BranchId {
  return { transaction: transactionName({ ledgerId, epoch, runId: run }), resource: resource.name };
}

/** The names of the transactions that the resource has in doubt, of the case's ledger, in their order. */
export async function inDoubt(
  under: ResourceUnderTest,
  resource: Resource,
  prefix?: string,
): Promise<string> {
  const branches = await resource.recover(prefix ?? `hf:${under.ledgerId}:`);
  for (const branch of branches) equal(branch.resource, resource.name, 'the resource of a branch in doubt');
  return branches
    .map(({ transaction }) => transaction)
    .sort()
    .join(' ');
}
