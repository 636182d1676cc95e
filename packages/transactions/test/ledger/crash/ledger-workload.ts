import { expect } from 'vitest';
import type { EngineHost, LedgerEngine, LedgerSession, OwnedRun, RunChange } from '../../../src/index.ts';

/** Runs that have ended are kept so many, by the engine under test. */
export const retainedMax = 2;
const type = 'test/run';
const rounds = 9;

/** What was promised of a run, and what was asked for beyond that. */
class RunPromise {
  created = false;
  /** Appends, of two records each. */
  appendsAsked = 0;
  appendsAccepted = 0;
  /** The place of its end among all that were asked for. */
  endAsked: number | undefined;
  endAccepted = false;
  postsAsked = 0;
  postsAccepted = 0;
  readonly consumeAsked = new Set<number>();
  readonly consumeAccepted = new Set<number>();
  claimAsked = false;
  claimAccepted = false;
  releaseAsked = false;
  releaseAccepted = false;
}

/** Does all that a ledger is there for, and checks after an end what was promised before. */
export class LedgerWorkload {
  readonly runs = new Map<string, RunPromise>();
  ledgerId: string | undefined;
  epoch = 0;
  #ends = 0;
  #lives = 0;

  async run(engine: LedgerEngine): Promise<void> {
    const { session } = await this.#open(engine);
    for (let round = 0; round < rounds; round++) {
      const ids = [`a${round}`, `b${round}`];
      const runs = await Promise.all(ids.map((id) => this.#create(session, id)));
      await Promise.all(runs.map((run) => this.#claim(session, run)));
      const calls: Promise<void>[] = [];
      for (const run of runs) {
        calls.push(this.#append(session, run), this.#post(session, run.id), this.#append(session, run));
      }
      await Promise.all(calls);
      await this.#append(session, runs[0]!, { consumed: [1] });
      await this.#release(session, runs[0]!);
      if (round % 4 !== 3) await this.#append(session, runs[0]!, { status: 'ended' });
      if (round % 2 === 0) await this.#append(session, runs[1]!, { status: 'ended' });
    }
    await session.close();
  }

  /** What comes after an end: a ledger that has all that was promised, and goes on. */
  async recover(engine: LedgerEngine): Promise<void> {
    const { session, adopted } = await this.#open(engine);
    for (const [id, promise] of this.runs) await this.#check(session, id, promise, adopted.get(id));
    const run = await this.#create(session, `life-${++this.#lives}`);
    await this.#append(session, run);
    await this.#append(session, run, { status: 'ended' });
    await session.close();
  }

  async #open(
    engine: LedgerEngine,
  ): Promise<{ session: LedgerSession; adopted: ReadonlyMap<string, OwnedRun> }> {
    const adopted = new Map<string, OwnedRun>();
    const host: EngineHost = {
      adopt: (runs) => {
        for (const run of runs) adopted.set(run.id, run);
      },
      lost: () => {},
    };
    const session = await engine.join(host, { types: [type] });
    for (let turn = 0; turn < 10; turn++) await undefined;
    expect(session.epoch).toBeGreaterThan(this.epoch);
    this.epoch = session.epoch;
    if (this.runs.size > 0) expect(session.ledgerId).toBe(this.ledgerId);
    this.ledgerId = session.ledgerId;
    return { session, adopted };
  }

  async #create(session: LedgerSession, id: string): Promise<OwnedRun> {
    this.runs.set(id, new RunPromise());
    const created = await session.create({ id, type, version: 1, records: [recordOf(id, 0, 0)] });
    this.#promise(id).created = true;
    expect(created.owned).toBe(true);
    return created as OwnedRun;
  }

  async #append(session: LedgerSession, run: OwnedRun, change?: RunChange): Promise<void> {
    const promise = this.#promise(run.id);
    const append = ++promise.appendsAsked;
    if (change?.status === 'ended') promise.endAsked = ++this.#ends;
    for (const sequence of change?.consumed ?? []) promise.consumeAsked.add(sequence);
    await session.append(run, [recordOf(run.id, append, 0), recordOf(run.id, append, 1)], change);
    promise.appendsAccepted = Math.max(promise.appendsAccepted, append);
    if (change?.status === 'ended') promise.endAccepted = true;
    for (const sequence of change?.consumed ?? []) promise.consumeAccepted.add(sequence);
  }

  async #post(session: LedgerSession, id: string): Promise<void> {
    const promise = this.#promise(id);
    const post = ++promise.postsAsked;
    expect(await session.post(id, recordOf(id, post, 9))).toBe('posted');
    promise.postsAccepted = post;
  }

  async #claim(session: LedgerSession, run: OwnedRun): Promise<void> {
    const promise = this.#promise(run.id);
    promise.claimAsked = true;
    await session.claim(run, 'key');
    promise.claimAccepted = true;
  }

  async #release(session: LedgerSession, run: OwnedRun): Promise<void> {
    const promise = this.#promise(run.id);
    promise.releaseAsked = true;
    await session.release(run, 'key');
    promise.releaseAccepted = true;
  }

  async #check(
    session: LedgerSession,
    id: string,
    promise: RunPromise,
    owned: OwnedRun | undefined,
  ): Promise<void> {
    const stored = await session.read(id);
    if (stored === undefined) {
      // It was never there, or has ended and others since.
      if (promise.created) expect(this.#endsAfter(promise)).toBeGreaterThanOrEqual(retainedMax);
      return;
    }
    expect(stored.records.length % 2).toBe(1);
    const appends = (stored.records.length - 1) / 2;
    expect(appends).toBeGreaterThanOrEqual(promise.appendsAccepted);
    expect(appends).toBeLessThanOrEqual(promise.appendsAsked);
    const expected = [recordOf(id, 0, 0)];
    for (let append = 1; append <= appends; append++) {
      expected.push(recordOf(id, append, 0), recordOf(id, append, 1));
    }
    expect(stored.records.map(hexOf)).toEqual(expected.map(hexOf));
    if (promise.endAccepted) expect(stored.status).toBe('ended');
    if (promise.endAsked === undefined) expect(stored.status).toBe('running');
    expect(owned !== undefined).toBe(stored.status !== 'ended');
    promise.created = true;
    promise.appendsAccepted = appends;
    promise.endAccepted = stored.status === 'ended';
    if (owned !== undefined) {
      this.#checkMessages(
        id,
        promise,
        stored.messages.map(({ sequence, bytes }) => `${sequence} ${hexOf(bytes)}`),
      );
      this.#checkClaim(promise, owned);
    }
  }

  #checkMessages(id: string, promise: RunPromise, messages: readonly string[]): void {
    const { postsAccepted, postsAsked, consumeAsked, consumeAccepted } = promise;
    for (let post = 1; post <= postsAsked; post++) {
      const isThere = messages.includes(`${post} ${hexOf(recordOf(id, post, 9))}`);
      if (post <= postsAccepted && !consumeAsked.has(post)) expect(isThere).toBe(true);
      if (consumeAccepted.has(post)) expect(isThere).toBe(false);
    }
    expect(messages.length).toBeLessThanOrEqual(postsAsked);
  }

  #checkClaim(promise: RunPromise, owned: OwnedRun): void {
    const claims = [...owned.held, ...owned.awaited];
    if (promise.claimAccepted && !promise.releaseAsked) expect(claims).toEqual(['key']);
    if (!promise.claimAsked || promise.releaseAccepted) expect(claims).toEqual([]);
  }

  /** How many ends were asked for after its own. */
  #endsAfter({ endAsked }: RunPromise): number {
    return endAsked === undefined ? -1 : this.#ends - endAsked;
  }

  #promise(id: string): RunPromise {
    return this.runs.get(id)!;
  }
}

function recordOf(id: string, append: number, index: number): Uint8Array {
  return new TextEncoder().encode(`${id}/${append}/${index}/${'x'.repeat((append * 13) % 40)}`);
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
