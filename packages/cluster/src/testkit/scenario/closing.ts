import { bytesOf, type ClusterRun } from './cluster-run.ts';
import { clientsOn } from './draw-operations.ts';

/** How long it waits for something before it tries again, in microseconds. */
const patience = 400_000;

/**
 * What a healed cluster must get done: a write is committed and applied by all members, whose states are then the same
 * byte for byte; whatever was asked is answered, and watches are told everything; whoever stands in a queue has its turn; and leases
 * that nobody keeps are over.
 */
export class Closing {
  readonly #run: ClusterRun;
  #attempts = 0;
  #attemptAt = Number.NEGATIVE_INFINITY;
  #written = false;
  /** What is wrong in the end. */
  difference: string | undefined;

  constructor(run: ClusterRun) {
    this.#run = run;
  }

  get done(): boolean {
    if (!this.#written) {
      this.#write();
      return false;
    }
    const { leader, running, replacing } = this.#run;
    if (leader === undefined || replacing) return false;
    const status = leader.member!.status();
    if (status.appliedIndex !== status.lastIndex || leader.store.leases.count > 0) return false;
    const members = leader.member!.members();
    const nodes = running.filter(({ member }) => members.some(({ id }) => id === member!.id));
    if (nodes.length < members.length) return false;
    if (nodes.some(({ member }) => member!.status().appliedIndex !== status.appliedIndex)) return false;
    const { answered, outside } = this.#run;
    if (!answered || !outside.watchesDone || !outside.queuesDone) return false;
    this.#compare(nodes.map(({ host, store }) => ({ host, bytes: bytesOf(store.snapshot()) })));
    return true;
  }

  #compare(states: readonly { readonly host: string; readonly bytes: Uint8Array }[]): void {
    const [first, ...others] = states;
    for (const { host, bytes } of others) {
      if (Buffer.compare(bytes, first!.bytes) !== 0) {
        this.difference ??= `the state of ${host} is another one than that of ${first!.host}`;
      }
    }
  }

  #write(): void {
    const { simulation, leader } = this.#run;
    const now = simulation.clock.now();
    if (now < this.#attemptAt + patience || leader === undefined) return;
    this.#attemptAt = now;
    this.#attempts++;
    const [from = leader.host] = this.#run.options.outside ?? [];
    const client = clientsOn(from, 1)[0]!;
    void this.#run.submit(client, { kind: 'put', key: 'key-1', value: -this.#attempts }).then((done) => {
      this.#written ||= done;
    });
  }
}
