import { assert } from '@holdfast/core';
import type { HostContext } from '@holdfast/simulation';
import { UsersAndRoles } from '../../auth/users-and-roles.ts';
import { leaseName } from '../../client/entries.ts';
import type { ClusterMember } from '../../member/cluster-member.ts';
import type { MemberOptions } from '../../member/member-options.ts';
import { startMember } from '../../member/start-member.ts';
import { type NativeServer, serveNative } from '../../native/serve-native.ts';
import { memberServices } from '../../services/member-services.ts';
import { Store } from '../../state/store.ts';
import { inTurnOf } from '../client/in-turn-of.ts';
import type { ClusterRun } from './cluster-run.ts';

/** Where members serve clients from outside. */
export const clientPort = 2379;

/** What a host of a member runs: the member with its store, and a door for clients where some are outside. */
export class ClusterNode {
  readonly host: string;
  readonly store: Store;
  readonly context: HostContext;
  /** Undefined until it has recovered, and once it has stopped. */
  member: ClusterMember | undefined;
  readonly #usersAndRoles = new UsersAndRoles();
  readonly #hasDoor: boolean;
  #door: NativeServer | undefined;

  constructor(context: HostContext, run: ClusterRun) {
    this.host = context.host;
    this.context = context;
    this.#hasDoor = run.options.outside !== undefined;
    this.store = new WatchedStore(context.host, run, this.#usersAndRoles);
    context.describe(() => this.#describe());
  }

  /** Resolves when it was told to stop; rejects with what made it stop by itself. */
  async run(options: Omit<MemberOptions, 'world' | 'state'>): Promise<void> {
    const { context: world, store } = this;
    const member = await startMember({ ...options, world, state: store });
    this.member = member;
    try {
      if (this.#hasDoor) {
        const methods = memberServices({ member, store, usersAndRoles: this.#usersAndRoles, world });
        this.#door = await serveNative(world, clientPort, methods, { channel: { idleTimeout: 400_000 } });
      }
      await member.stopped;
    } finally {
      this.member = undefined;
      await this.#door?.destroy();
    }
  }

  /** Has its member do something. */
  act<Result>(work: (member: ClusterMember) => Promise<Result>): Promise<Result> {
    const { member } = this;
    assert(member !== undefined, 'who has stopped does nothing more');
    return inTurnOf(this.context, () => work(member));
  }

  /** Ends it in good order. */
  stop(): Promise<void> {
    return this.act((member) => {
      void this.#door?.drain();
      return member.stop({ grace: 1_000_000 });
    });
  }

  #describe(): { readonly role: string; readonly phase: string } {
    if (this.member === undefined) return { role: 'recovering', phase: 'recovering' };
    const { role, proposalsPending, leader } = this.member.status();
    if (leader === undefined) return { role, phase: 'electing' };
    return { role, phase: proposalsPending > 0 ? 'replicating' : 'idle' };
  }
}

const firstKey = Uint8Array.of(0);

/** A store that tells the watch what it applies, and what has become of its keys. */
class WatchedStore extends Store {
  readonly #host: string;
  readonly #run: ClusterRun;

  constructor(host: string, run: ClusterRun, auth: UsersAndRoles) {
    const { sessions } = run.options;
    super({ auth, ...(sessions !== undefined && { sessions }) });
    this.#host = host;
    this.#run = run;
    this.leases.listen({
      granted: () => {},
      checkpointed: () => {},
      replaced: () => {},
      revoked: (id) => {
        run.leasePromises.ended(host, Number(id), run.simulation.clock.now());
        run.outside.holdings.ended(host, leaseName(id));
      },
    });
    this.#tell(1);
  }

  override apply(command: Uint8Array, index: number, term: number, time: number): ReturnType<Store['apply']> {
    this.#run.applied.applied(this.#host, index, term, time, command);
    return super.apply(command, index, term, time);
  }

  #tell(startRevision: number): void {
    this.watch(
      { key: firstKey, rangeEnd: firstKey, startRevision },
      {
        events: ({ events }) => {
          this.#run.written.told(this.#host, events);
          this.#run.outside.queues.told(this.#host, events);
          return true;
        },
        // Of the compacted revision itself, deletions may be gone.
        compacted: (revision) => this.#tell(revision + 1),
      },
    );
  }
}
