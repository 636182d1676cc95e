import {
  assert,
  type Duration,
  platformWorld,
  type Random,
  sleep,
  throwIfAborted,
  toMicros,
  type World,
} from '@holdfast/core';
import { type BranchId, branchText, checkResourceName } from '../../two-phase/branch-id.ts';
import type { Branch, BranchOutcome, Resource, ResourceAbilities } from '../../two-phase/resource.ts';
import { branchRolledBack, resourceUnavailable } from '../../two-phase/resource-errors.ts';
import { unlessAborted } from '../../unless-aborted.ts';
import type { MemoryDatabase, MemorySession } from './memory-database.ts';

export interface MemoryResourceOptions {
  readonly name: string;
  /** Shared by all clients of one server. */
  readonly database: MemoryDatabase;
  /** Default both. */
  readonly abilities?: ResourceAbilities;
  /** Default the platform's. */
  readonly world?: World;
  /** How long a request travels, and a reply, at most. Default 0: every call is done at once. */
  readonly latency?: Duration;
  /** How probable it is that a request gets lost, and a reply. Default 0. */
  readonly loss?: number;
}

/** What a branch's work is given: named numbers. */
export interface MemoryConnection {
  get(key: string): Promise<number>;
  /** @throws HoldfastError BRANCH_ROLLED_BACK when another branch has it locked, or has changed it since it was read. */
  set(key: string, value: number): Promise<void>;
}

/** A resource in memory, for tests: its server loses neither what is committed nor what is prepared. */
export class MemoryResource implements Resource<MemoryConnection> {
  readonly name: string;
  readonly abilities: ResourceAbilities;
  readonly database: MemoryDatabase;
  readonly #link: Link;

  constructor(options: MemoryResourceOptions) {
    const { name, database, abilities = { prepare: true, settle: true } } = options;
    checkResourceName(name);
    this.name = name;
    this.abilities = abilities;
    this.database = database;
    this.#link = new Link(options);
  }

  /** Ends the process that uses it: what it has under way is rolled back, and its calls fail from now on. */
  crash(): void {
    this.#link.dead = true;
    this.database.dropClient(this);
  }

  async check(signal?: AbortSignal): Promise<void> {
    await this.#link.call('check', signal, () => {});
  }

  async begin(id: BranchId, signal?: AbortSignal): Promise<Branch<MemoryConnection>> {
    const session = await this.#link.call('begin', signal, () => this.database.open(this));
    return new MemoryBranch(this.database, session, id, this.#link);
  }

  commit(id: BranchId, signal?: AbortSignal): Promise<BranchOutcome> {
    return this.#link.call('commit', signal, () => this.database.commit(id));
  }

  rollback(id: BranchId, signal?: AbortSignal): Promise<BranchOutcome> {
    return this.#link.call('rollback', signal, () => this.database.rollback(id));
  }

  recover(prefix: string, signal?: AbortSignal): Promise<readonly BranchId[]> {
    return this.#link.call('recover', signal, () =>
      this.database.prepared.filter(
        ({ transaction, resource }) => resource === this.name && transaction.startsWith(prefix),
      ),
    );
  }

  settle(id: BranchId, signal?: AbortSignal): Promise<'committed' | 'rolled back'> {
    assert(this.abilities.settle, `${this.name} cannot tell what became of a one-phase commit`);
    return this.#link.call('settle', signal, () => this.database.settle(id));
  }
}

class MemoryBranch implements Branch<MemoryConnection> {
  readonly connection: MemoryConnection;
  readonly #database: MemoryDatabase;
  readonly #session: MemorySession;
  readonly #id: BranchId;
  readonly #link: Link;

  constructor(database: MemoryDatabase, session: MemorySession, id: BranchId, link: Link) {
    this.#database = database;
    this.#session = session;
    this.#id = id;
    this.#link = link;
    this.connection = {
      get: (key) => link.call('get', undefined, () => this.#use(() => database.read(session, key))),
      set: (key, value) =>
        link.call('set', undefined, () =>
          this.#use(() => {
            if (!database.write(session, key, value))
              throw branchRolledBack(branchText(id), `${key} is locked, or was changed`);
          }),
        ),
    };
  }

  wrote(signal?: AbortSignal): Promise<boolean> {
    return this.#link.call('wrote', signal, () => this.#use(() => this.#session.changes.size > 0));
  }

  prepare(signal?: AbortSignal): Promise<'prepared' | 'read-only'> {
    return this.#last('prepare', signal, () => {
      if (this.#session.changes.size === 0) {
        this.#database.rollbackOpen(this.#session);
        return 'read-only';
      }
      this.#database.prepare(this.#session, this.#id);
      return 'prepared';
    });
  }

  commitOnePhase(signal?: AbortSignal): Promise<void> {
    return this.#last('commitOnePhase', signal, () => {
      if (!this.#database.commitOnePhase(this.#session, this.#id)) {
        throw branchRolledBack(branchText(this.#id), 'it was settled as rolled back');
      }
    });
  }

  async rollback(): Promise<void> {
    this.#database.rollbackOpen(this.#session);
  }

  /** A call after which the session is gone, whatever happens. */
  #last<Answer>(operation: string, signal: AbortSignal | undefined, act: () => Answer): Promise<Answer> {
    const arrived = () => {
      try {
        return this.#use(act);
      } finally {
        this.#database.rollbackOpen(this.#session);
      }
    };
    return this.#link.call(operation, signal, arrived, () => this.#database.rollbackOpen(this.#session));
  }

  #use<Answer>(act: () => Answer): Answer {
    if (!this.#database.isOpen(this.#session))
      throw branchRolledBack(branchText(this.#id), 'its session has ended');
    return act();
  }
}

/** The way to the server: calls travel on it, and may get lost. */
class Link {
  dead = false;
  readonly #name: string;
  readonly #world: World;
  readonly #random: Random;
  readonly #latency: number;
  readonly #loss: number;

  constructor({ name, world = platformWorld(), latency = 0, loss = 0 }: MemoryResourceOptions) {
    this.#name = name;
    this.#world = world;
    this.#random = world.random.fork(`resource ${name}`);
    this.#latency = toMicros(latency, 'latency');
    this.#loss = loss;
  }

  /** Aborted or lost, it may still do what it asks for, later: a request that is on its way cannot be called back. */
  async call<Answer>(
    operation: string,
    signal: AbortSignal | undefined,
    act: () => Answer,
    lost: () => void = () => {},
  ): Promise<Answer> {
    throwIfAborted(signal, operation);
    const answer = this.#travel(operation).then(
      () => act(),
      (error: unknown) => {
        lost();
        throw error;
      },
    );
    const reply = answer.then(async (value) => {
      await this.#travel(operation);
      return value;
    });
    return unlessAborted(reply, operation, signal);
  }

  async #travel(operation: string): Promise<void> {
    const lost = this.#loss > 0 && this.#random.float() < this.#loss;
    if (this.#latency > 0) await sleep(`${this.#random.below(this.#latency + 1)}us`, { world: this.#world });
    if (lost || this.dead) throw resourceUnavailable(this.#name, `it does not answer to ${operation}`);
  }
}
