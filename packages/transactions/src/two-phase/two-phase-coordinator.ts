import {
  asHoldfastError,
  assert,
  errorToJson,
  type HoldfastError,
  isHoldfastError,
  type JsonValue,
} from '@holdfast/core';
import { Acknowledgements, heuristicNote } from '../atomic-commit/acknowledge.ts';
import { asJson } from '../atomic-commit/as-json.ts';
import { type FinishSettings, finishAll, type Part } from '../atomic-commit/finish-all.ts';
import type { Heuristic } from '../atomic-commit/outcome.ts';
import { withinTime } from '../atomic-commit/within-time.ts';
import { transactionErrors } from '../errors.ts';
import type { RunChange } from '../ledger/run.ts';
import type { RunContext } from '../ledger/run-definition.ts';
import { type BranchId, readTransactionName, transactionName, transactionPrefix } from './branch-id.ts';
import { type Decision, encodeEvent, type TwoPhaseEvent } from './event.ts';
import { judgeOutcome, type OutcomeMeaning } from './judge-outcome.ts';
import { lentConnection } from './lent-connection.ts';
import { type CommitPlan, planCommit } from './plan-commit.ts';
import type { AnyResource, Branch } from './resource.ts';
import { apply, readTransaction, type TransactionState } from './transaction-state.ts';
import type { TwoPhaseSettings } from './two-phase-options.ts';

/** A branch of this life. */
interface OpenBranch {
  readonly id: BranchId;
  readonly resource: AnyResource;
  readonly branch: Branch<unknown>;
  /** `asked`: it was asked to vote, and it is not known what it said. */
  vote: 'none' | 'asked' | 'prepared' | 'over';
}

/** All have voted for the commit. */
interface Vote {
  readonly plan: CommitPlan;
  readonly decision: Decision;
}

/** What became of a branch that was to be ended. */
interface Ended {
  readonly participant: string;
  readonly meaning: OutcomeMeaning;
  readonly found: string;
}

/** Drives one transaction in one life of its worker. */
export class TwoPhaseCoordinator {
  readonly #run: RunContext;
  readonly #settings: TwoPhaseSettings;
  readonly #acknowledgements: Acknowledgements;
  /** Of the branches of this life. */
  readonly #transaction: string;
  #state: TransactionState;

  constructor(run: RunContext, settings: TwoPhaseSettings) {
    const { id, ledgerId, epoch } = run;
    this.#run = run;
    this.#settings = settings;
    this.#acknowledgements = new Acknowledgements(run);
    this.#transaction = transactionName({ ledgerId, epoch, runId: id });
    this.#state = readTransaction(run.records);
  }

  async drive(): Promise<void> {
    try {
      await this.#goOn();
    } catch (error) {
      // The worker leaves: whoever has the run next finds in its records where it is.
      if (!this.#run.signal.aborted) throw error;
    }
  }

  async #goOn(): Promise<void> {
    if (this.#run.recovered) await this.#recover();
    if (this.#state.phase === 'working') await this.#attempt();
    if (this.#state.phase === 'committing') await this.#commitAll();
    if (this.#state.phase === 'rolling-back') {
      await this.#endAcknowledged({
        kind: 'ended',
        end: { status: 'rolled-back', error: this.#state.error! },
      });
    }
  }

  /** Finds out what an earlier life has left. */
  async #recover(): Promise<void> {
    const { phase, decision, last } = this.#state;
    if (phase === 'delegated') {
      if ((await this.#settle(last!, decision!)) === 'committed') {
        await this.#append({ kind: 'decided', decision: decision! });
        return;
      }
    }
    if (phase === 'working' || phase === 'delegated' || phase === 'rolling-back')
      await this.#rollbackLeftovers();
    if (phase === 'working' || phase === 'delegated') {
      if (this.#state.attempts < this.#settings.attempts) await this.#append({ kind: 'interrupted' });
      else await this.#end(this.#rolledBack(interrupted(this.#run.id, this.#state.attempts)));
    }
  }

  /** Does the work and lets it be voted on, once. */
  async #attempt(): Promise<void> {
    const { beginTimeout, workTimeout, voteTimeout } = this.#settings;
    const branches: OpenBranch[] = [];
    try {
      const vote = async (): Promise<Vote> => {
        await this.#within(beginTimeout, 'opening the branches', (signal) => this.#begin(branches, signal));
        const value = await this.#within(workTimeout, 'the work', (signal) => this.#work(branches, signal));
        const plan = await this.#within(voteTimeout, 'the vote', (signal) => this.#vote(branches, signal));
        return { plan, decision: { transaction: this.#transaction, writers: writersOf(branches), value } };
      };
      const voted = await vote().catch((error: unknown) => ({ error }));
      if ('error' in voted) await this.#abort(branches, voted.error);
      else await this.#decide(branches, voted.plan, voted.decision);
    } finally {
      if (this.#run.signal.aborted) await leave(branches);
    }
  }

  async #begin(branches: OpenBranch[], signal: AbortSignal): Promise<void> {
    const beginOne = async (resource: AnyResource): Promise<void> => {
      await checked(resource, signal);
      const id = { transaction: this.#transaction, resource: resource.name };
      const branch = await resource.begin(id, signal);
      if (signal.aborted) return branch.rollback();
      branches.push({ id, resource, branch, vote: 'none' });
    };
    await all([...this.#settings.resources.values()].map(beginOne));
  }

  async #work(branches: readonly OpenBranch[], signal: AbortSignal): Promise<JsonValue | undefined> {
    let over = false;
    const isOver = () => over || signal.aborted;
    const connections: Record<string, unknown> = {};
    for (const [name, resource] of this.#settings.resources) {
      const { connection } = branches.find((branch) => branch.resource === resource)!.branch;
      connections[name] = lentConnection(connection, resource.name, isOver);
    }
    const { input, attempts: attempt } = this.#state;
    try {
      const given = await this.#settings.work(connections, input, { id: this.#run.id, attempt, signal });
      return asJson(given, 'work()');
    } finally {
      over = true;
    }
  }

  /** Asks those to prepare that have to. Rejects unless all vote for the commit. */
  async #vote(branches: readonly OpenBranch[], signal: AbortSignal): Promise<CommitPlan> {
    // Who wrote matters before the vote only where a single one may be committed in one phase.
    const ask = branches.length > 1 && branches.some(({ resource }) => resource.abilities.settle);
    const wrote = await all(branches.map(({ branch }) => (ask ? branch.wrote(signal) : true)));
    const done = branches.map(({ resource: { name, abilities } }, index) => ({
      resource: name,
      abilities,
      wrote: wrote[index]!,
    }));
    const plan = planCommit(done);
    await all(
      branches.map(async (open) => {
        const { name } = open.resource;
        if (name === plan.last) return;
        if (!plan.prepare.includes(name)) {
          open.vote = 'over';
          return open.branch.rollback();
        }
        open.vote = 'asked';
        open.vote = (await open.branch.prepare(signal)) === 'prepared' ? 'prepared' : 'over';
      }),
    );
    return plan;
  }

  /** All have voted for the commit: makes it so. */
  async #decide(branches: readonly OpenBranch[], { last }: CommitPlan, decision: Decision): Promise<void> {
    if (last !== undefined) {
      await this.#append({ kind: 'delegated', last, decision });
      const deciding = branches.find(({ resource }) => resource.name === last)!;
      const refusal = await this.#commitLast(deciding, decision);
      if (refusal !== undefined) return this.#abort(branches, refusal);
    }
    if (decision.writers.length === 0) {
      await this.#end({ kind: 'ended', end: { status: 'committed', decision, unconfirmed: [] } });
      return;
    }
    await this.#append({ kind: 'decided', decision });
    await this.#commitAll(branches);
  }

  /** Why the last resource has not committed; undefined when it has. */
  async #commitLast(
    { branch, resource }: OpenBranch,
    decision: Decision,
  ): Promise<HoldfastError | undefined> {
    try {
      await this.#within(this.#settings.finishTimeout, `the commit at ${resource.name}`, (signal) =>
        branch.commitOnePhase(signal),
      );
      return undefined;
    } catch (error) {
      if (this.#run.signal.aborted) throw error;
      if (isHoldfastError(error) && error.code === 'BRANCH_ROLLED_BACK') return error;
      if ((await this.#settle(resource.name, decision)) === 'committed') return undefined;
      return asHoldfastError(error);
    }
  }

  async #settle(last: string, { transaction }: Decision): Promise<'committed' | 'rolled back'> {
    const resource = this.#resource(last);
    const part: Part<'committed' | 'rolled back'> = {
      participant: last,
      finish: (signal) => resource.settle({ transaction, resource: last }, signal),
    };
    return (await finishAll(this.#run, [part], this.#finishing('the outcome')))[0]!;
  }

  /** Commits every branch that is not known to be over. `branches`: those of this life, in which nobody has asked yet. */
  async #commitAll(branches: readonly OpenBranch[] = []): Promise<void> {
    const { decision, heuristics } = this.#state;
    const told = new Set(heuristics.map(({ participant }) => participant));
    const left = decision!.writers.filter((name) => !told.has(name));
    const parts = left.map((name) => ({
      ...this.#ending(
        'committed',
        { transaction: decision!.transaction, resource: name },
        branches.length > 0,
      ),
      // Written at once: whoever asks the branch again finds nothing.
      finished: (ended: Ended) => this.#found(heuristicsOf([ended])),
    }));
    const ended = await finishAll(this.#run, parts, this.#finishing('the commit'));
    const unconfirmed = ended.filter(({ meaning }) => meaning === 'unconfirmed');
    await this.#endAcknowledged({
      kind: 'ended',
      end: {
        status: 'committed',
        decision: decision!,
        unconfirmed: unconfirmed.map(({ participant }) => participant),
      },
    });
  }

  /**
   * Rolls back what is open, once; what cannot be reached is left to the sweep, as nobody will ever find a decision for it.
   */
  async #abort(branches: readonly OpenBranch[], thrown: unknown): Promise<void> {
    this.#run.signal.throwIfAborted();
    const error = asHoldfastError(thrown);
    const ended = await Promise.all(branches.map((open) => this.#rollback(open)));
    const found = heuristicsOf(ended.filter((one) => one !== undefined));
    await this.#found(found, { kind: 'aborted', error: errorToJson(error) });
    await this.#endAcknowledged(this.#rolledBack(error));
  }

  async #rollback(open: OpenBranch): Promise<Ended | undefined> {
    if (open.vote === 'over') return undefined;
    if (open.vote === 'none') {
      await open.branch.rollback();
      return undefined;
    }
    const part = this.#ending('rolled back', open.id, open.vote === 'prepared');
    const { finishTimeout } = this.#settings;
    return this.#within(finishTimeout, `the rollback at ${open.resource.name}`, part.finish).catch(
      () => undefined,
    );
  }

  /** Rolls back what earlier lives have prepared, as far as it can be reached. */
  async #rollbackLeftovers(): Promise<void> {
    const { id, ledgerId } = this.#run;
    const rollbackAt = async (resource: AnyResource): Promise<void> => {
      if (!resource.abilities.prepare) return;
      await this.#within(this.#settings.finishTimeout, `recovery at ${resource.name}`, async (signal) => {
        const branches = await resource.recover(transactionPrefix(ledgerId), signal);
        const left = branches.filter(({ transaction }) => readTransactionName(transaction)?.runId === id);
        await all(left.map((branch) => resource.rollback(branch, signal)));
      }).catch(() => {});
    };
    await Promise.all([...this.#settings.resources.values()].map(rollbackAt));
    this.#run.signal.throwIfAborted();
  }

  #ending(wanted: 'committed' | 'rolled back', id: BranchId, ofThisLife: boolean): Part<Ended> {
    const resource = this.#resource(id.resource);
    let sure = ofThisLife;
    return {
      participant: id.resource,
      finish: async (signal) => {
        const first = sure;
        sure = false;
        const found = await (wanted === 'committed'
          ? resource.commit(id, signal)
          : resource.rollback(id, signal));
        return { participant: id.resource, meaning: judgeOutcome(wanted, found, first), found };
      },
    };
  }

  /** Records heuristic outcomes, after `before`, and shows the transaction as stuck. */
  async #found(found: readonly Heuristic[], ...before: TwoPhaseEvent[]): Promise<void> {
    if (found.length === 0) return;
    const all = [...this.#state.heuristics, ...found];
    const events = found.map((heuristic): TwoPhaseEvent => ({ kind: 'found', ...heuristic }));
    await this.#appendAll([...before, ...events], { status: 'stuck', note: heuristicNote(all) });
  }

  /** Ends it; where there are heuristic outcomes, not before an operator has acknowledged them. */
  async #endAcknowledged(ended: TwoPhaseEvent): Promise<void> {
    const { heuristics } = this.#state;
    const consumed = heuristics.length > 0 ? [await this.#acknowledgements.next(heuristics)] : [];
    await this.#end(ended, consumed);
  }

  #rolledBack(error: HoldfastError): TwoPhaseEvent {
    return { kind: 'ended', end: { status: 'rolled-back', error: errorToJson(error) } };
  }

  #end(ended: TwoPhaseEvent, consumed: readonly number[] = []): Promise<void> {
    assert(ended.kind === 'ended', 'a transaction ends with its end');
    const { end } = ended;
    const note = end.status === 'committed' ? 'committed' : `rolled back: ${end.error.message}`.slice(0, 500);
    return this.#appendAll([ended], { status: 'ended', note, consumed });
  }

  #append(event: TwoPhaseEvent): Promise<void> {
    return this.#appendAll([event]);
  }

  async #appendAll(events: readonly TwoPhaseEvent[], change?: RunChange): Promise<void> {
    await this.#run.append(events.map(encodeEvent), 'durable', change);
    this.#state = events.reduce(apply, this.#state);
  }

  #within<Value>(
    micros: number,
    operation: string,
    act: (signal: AbortSignal) => Promise<Value>,
  ): Promise<Value> {
    return withinTime(this.#run.world, micros, this.#run.signal, `${operation} of ${this.#run.id}`, act);
  }

  #finishing(what: string): FinishSettings {
    const { finishTimeout: timeout, backoff, alarmAfter } = this.#settings;
    return { what, timeout, backoff, alarmAfter };
  }

  /** By its own name, as records have it. */
  #resource(name: string): AnyResource {
    for (const resource of this.#settings.resources.values()) if (resource.name === name) return resource;
    throw transactionErrors.create('LEDGER_DEFINITION_UNKNOWN', {
      message: `${this.#run.id} has a branch at the resource ${name}, which its definition has no more: add it again`,
      context: { resource: name },
    });
  }
}

/** Those known to be set up right. */
const ready = new WeakSet<AnyResource>();

async function checked(resource: AnyResource, signal: AbortSignal): Promise<void> {
  if (ready.has(resource)) return;
  await resource.check(signal);
  ready.add(resource);
}

/** What all give; when one fails, the first failure, but not before all have settled. */
async function all<Value>(promises: readonly (Value | Promise<Value>)[]): Promise<Value[]> {
  const settled = await Promise.allSettled(promises);
  return settled.map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
}

/** Gives up the sessions. Branches that are prepared, or may be, are for the next life. */
async function leave(branches: readonly OpenBranch[]): Promise<void> {
  await Promise.all(branches.map(({ branch, vote }) => (vote === 'none' ? branch.rollback() : undefined)));
}

function writersOf(branches: readonly OpenBranch[]): string[] {
  return branches.filter(({ vote }) => vote === 'prepared').map(({ id }) => id.resource);
}

function heuristicsOf(ended: readonly Ended[]): Heuristic[] {
  return ended
    .filter(({ meaning }) => meaning === 'heuristic')
    .map(({ participant, found }) => ({ participant, found }));
}

function interrupted(id: string, attempts: number): HoldfastError {
  return transactionErrors.create('TRANSACTION_INTERRUPTED', {
    message: `${id} was stopped before its decision ${attempts === 1 ? 'once' : `${attempts} times`}: start it anew`,
  });
}
