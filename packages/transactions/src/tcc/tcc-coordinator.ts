import {
  asHoldfastError,
  coreErrors,
  errorToJson,
  type HoldfastError,
  type JsonValue,
  sleep,
} from '@holdfast/core';
import { Acknowledgements, heuristicNote } from '../atomic-commit/acknowledge.ts';
import { finishAll, type Part } from '../atomic-commit/finish-all.ts';
import type { Heuristic } from '../atomic-commit/outcome.ts';
import { withinTime } from '../atomic-commit/within-time.ts';
import type { RunChange } from '../ledger/run.ts';
import type { RunContext } from '../ledger/run-definition.ts';
import type { TccOperation } from './barrier-call.ts';
import { contradiction, refusalOfTry } from './judge-replies.ts';
import { keyOf, type TccCall, type TccReply } from './tcc-call.ts';
import { encodeEvent, type NamedBranch, type TccEvent } from './tcc-event.ts';
import type { TccSettings } from './tcc-options.ts';
import { apply, readTcc, type TccState } from './tcc-state.ts';

/** Drives one TCC transaction in one life of its worker. */
export class TccCoordinator {
  readonly #run: RunContext;
  readonly #settings: TccSettings;
  readonly #acknowledgements: Acknowledgements;
  /** By how many milliseconds the clock that says when the run was created is ahead of the worker's. */
  readonly #skew: number;
  #state: TccState;

  constructor(run: RunContext, settings: TccSettings) {
    this.#run = run;
    this.#settings = settings;
    this.#acknowledgements = new Acknowledgements(run);
    this.#skew = run.recovered ? 0 : run.createdAt - run.world.clock.wall();
    this.#state = readTcc(run.records);
  }

  async drive(): Promise<void> {
    try {
      // After a crash, those that have been tried are tried again: to them it is a duplicate.
      if (this.#state.phase === 'trying') await this.#append([await this.#decide()]);
      if (this.#state.phase === 'confirming') await this.#finish('confirm');
      if (this.#state.phase === 'cancelling') await this.#finish('cancel');
    } catch (error) {
      // The worker leaves: whoever has the run next finds in its records where it is.
      if (!this.#run.signal.aborted) throw error;
    }
  }

  /** Tries all at once. Nothing is confirmed or cancelled before the decision is durable. */
  async #decide(): Promise<TccEvent> {
    const { branches } = this.#state;
    const { world, signal } = this.#run;
    const timeLeft = this.#decideBy - this.#wall;
    try {
      if (timeLeft <= 0) throw this.#tooLate();
      const reservations = await withinTime(
        world,
        timeLeft * 1_000,
        signal,
        `the tries of ${this.#run.id}`,
        (limit) => Promise.all(branches.map((branch) => this.#tryOne(branch, limit))),
      );
      if (this.#wall >= this.#decideBy) throw this.#tooLate();
      return { kind: 'confirmed', reservations: Object.fromEntries(reservations) };
    } catch (error) {
      signal.throwIfAborted();
      return { kind: 'cancelled', error: errorToJson(asHoldfastError(error)) };
    }
  }

  async #tryOne(branch: NamedBranch, signal: AbortSignal): Promise<[string, JsonValue | null]> {
    const { tries, backoff } = this.#settings;
    const { world } = this.#run;
    let delay = 0;
    for (let attempt = 1; ; attempt++) {
      const reply = await this.#call(branch, 'try', signal).catch((error: unknown) => ({ error }));
      if ('verdict' in reply) {
        const refusal = refusalOfTry(branch.participant, reply);
        if (refusal !== undefined) throw refusal;
        return [branch.branch, ('result' in reply ? reply.result : undefined) ?? null];
      }
      if (attempt === tries || signal.aborted) throw reply.error;
      delay = backoff.delay(attempt, delay, world.random);
      await sleep(`${delay}us`, { world, signal });
    }
  }

  async #finish(wanted: 'confirm' | 'cancel'): Promise<void> {
    const { branches, heuristics } = this.#state;
    const told = new Set(heuristics.map(({ participant }) => participant));
    const parts: Part<string | undefined>[] = branches
      .filter(({ branch }) => !told.has(branch))
      .map((branch) => ({
        participant: branch.participant,
        finish: async (signal) => contradiction(wanted, await this.#call(branch, wanted, signal)),
        finished: (found) => this.#found(branch.branch, found),
      }));
    const { callTimeout: timeout, backoff, alarmAfter } = this.#settings;
    await finishAll(this.#run, parts, { what: `the ${wanted}`, timeout, backoff, alarmAfter });
    const { heuristics: all } = this.#state;
    const consumed = all.length > 0 ? [await this.#acknowledgements.next(all)] : [];
    const note =
      wanted === 'confirm' ? 'committed' : `rolled back: ${this.#state.error!.message}`.slice(0, 500);
    await this.#append([{ kind: 'ended' }], { status: 'ended', note, consumed });
  }

  /** Records a heuristic outcome, and shows the transaction as stuck. */
  async #found(participant: string, found: string | undefined): Promise<void> {
    if (found === undefined) return;
    const heuristics: readonly Heuristic[] = [...this.#state.heuristics, { participant, found }];
    const change = { status: 'stuck', note: heuristicNote(heuristics) } as const;
    await this.#append([{ kind: 'found', participant, found }], change);
  }

  #call(
    { participant, branch, request }: NamedBranch,
    operation: TccOperation,
    signal: AbortSignal,
  ): Promise<TccReply> {
    const { id, ledgerId, epoch, world } = this.#run;
    const key = { transaction: `${ledgerId}:${id}`, branch, operation };
    const call: TccCall = {
      ...key,
      key: keyOf(key),
      epoch,
      ...(operation === 'try' && { request, expiresAt: this.#expiresAt }),
    };
    const { registry, callTimeout } = this.#settings;
    return withinTime(world, callTimeout, signal, `${operation} at ${participant}`, (limit) =>
      registry.call(participant, call, limit),
    );
  }

  /** Wall-clock milliseconds, by the clock that says when the run was created. */
  get #wall(): number {
    return this.#run.world.clock.wall() + this.#skew;
  }

  /** Wall-clock milliseconds. */
  get #expiresAt(): number {
    return this.#run.createdAt + Math.ceil(this.#settings.reservation / 1_000);
  }

  /** Wall-clock milliseconds: what is not decided by then is cancelled, so that confirms come well before the expiry. */
  get #decideBy(): number {
    return this.#run.createdAt + Math.ceil(this.#settings.reservation / 2_000);
  }

  #tooLate(): HoldfastError {
    const message = `${this.#run.id} could not be decided within half the time of its reservations`;
    return coreErrors.create('DEADLINE_EXCEEDED', { message });
  }

  async #append(events: readonly TccEvent[], change?: RunChange): Promise<void> {
    await this.#run.append(events.map(encodeEvent), 'durable', change);
    this.#state = events.reduce(apply, this.#state);
  }
}
