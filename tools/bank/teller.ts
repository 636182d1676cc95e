import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Arm, FromTeller, TellerStart, ToTeller, TransferOrder } from './teller-process.ts';

/** A teller's process, as its parent sees it. */
export class Teller {
  readonly accepted: Set<string>;
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  #trouble = '';

  private constructor(program: string, accepted: Set<string>) {
    this.accepted = accepted;
    this.#child = fork(program, { execArgv: [] });
    this.#exited = once(this.#child, 'exit');
    this.#child.on('error', () => {});
    this.#child.on('message', (message: FromTeller) => {
      if ('accepted' in message) this.accepted.add(message.accepted);
      if ('trouble' in message) this.#trouble = message.trouble;
    });
  }

  /** Resolves once it has opened its ledger. `accepted`: where it writes down what it accepts. */
  static async start(program: string, start: TellerStart, accepted: Set<string>): Promise<Teller> {
    const teller = new Teller(program, accepted);
    teller.#send({ start });
    await teller.#hears((message) => 'ready' in message);
    return teller;
  }

  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Why it has ended, when it says so. */
  get trouble(): string {
    return this.#trouble;
  }

  order(order: TransferOrder): void {
    this.#send({ order });
  }

  arm(arm: Arm): void {
    this.#send({ arm });
  }

  goOn(): void {
    this.#send({ goOn: true });
  }

  /** Resolves when it is where it was armed to wait. */
  async reached(): Promise<void> {
    await this.#hears((message) => 'reached' in message);
  }

  /** How they have ended, once they all have. */
  async outcomes(
    orders: readonly Pick<TransferOrder, 'id' | 'kind'>[],
  ): Promise<Readonly<Record<string, string>>> {
    this.#send({ ask: orders.map(({ id, kind }) => ({ id, kind })) });
    // Others may be asked about meanwhile, and answered before.
    const ours = (message: FromTeller) =>
      'outcomes' in message && orders.every(({ id }) => id in message.outcomes);
    return ((await this.#hears(ours)) as Extract<FromTeller, { outcomes: unknown }>).outcomes;
  }

  async ended(): Promise<void> {
    await this.#exited;
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exited;
  }

  #send(message: ToTeller): void {
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  /** The next message that is wanted; rejects when the process ends before. */
  #hears(wanted: (message: FromTeller) => boolean): Promise<FromTeller> {
    return new Promise((resolve, reject) => {
      const listen = (message: FromTeller): void => {
        if (!wanted(message)) return;
        this.#child.off('message', listen);
        resolve(message);
      };
      this.#child.on('message', listen);
      void this.#exited.then(() => reject(new Error(`the teller has ended: ${this.#trouble}`)));
    });
  }
}
