import type { HostContext } from '@holdfast/simulation';
import type { ClusterMember } from '../../member/cluster-member.ts';
import type { MemberOptions } from '../../member/member-options.ts';
import { startMember } from '../../member/start-member.ts';
import { Store } from '../../state/store.ts';
import type { ClusterRun } from './cluster-run.ts';

/** What a host runs: a member with its store. */
export class ClusterNode {
  readonly host: string;
  readonly store: Store;
  readonly context: HostContext;
  /** Undefined until it has recovered, and once it has stopped. */
  member: ClusterMember | undefined;

  constructor(context: HostContext, run: ClusterRun) {
    this.host = context.host;
    this.context = context;
    this.store = new WatchedStore(context.host, run);
    context.describe(() => this.#describe());
  }

  /** Resolves when it was told to stop; rejects with what made it stop by itself. */
  async run(options: Omit<MemberOptions, 'world' | 'state'>): Promise<void> {
    const member = await startMember({ ...options, world: this.context, state: this.store });
    this.member = member;
    try {
      await member.stopped;
    } finally {
      this.member = undefined;
    }
  }

  #describe(): { readonly role: string; readonly phase: string } {
    if (this.member === undefined) return { role: 'recovering', phase: 'recovering' };
    const { role, proposalsPending, leader } = this.member.status();
    if (leader === undefined) return { role, phase: 'electing' };
    return { role, phase: proposalsPending > 0 ? 'replicating' : 'idle' };
  }
}

/** A store that tells the watch what it applies. */
class WatchedStore extends Store {
  readonly #host: string;
  readonly #run: ClusterRun;

  constructor(host: string, run: ClusterRun) {
    super();
    this.#host = host;
    this.#run = run;
    this.leases.listen({
      granted: () => {},
      checkpointed: () => {},
      replaced: () => {},
      revoked: (id) => run.leasePromises.ended(host, Number(id), run.simulation.clock.now()),
    });
  }

  override apply(command: Uint8Array, index: number, term: number, time: number): ReturnType<Store['apply']> {
    this.#run.applied.applied(this.#host, index, term, time, command);
    return super.apply(command, index, term, time);
  }
}
