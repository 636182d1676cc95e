// Goal: what a protocol can rely on while it drives a run. Method: protocols of a few lines, on the memory engine.
import { ManualWorld } from '@holdfast/core';
import { describe, expect, test } from 'vitest';
import {
  type Ledger,
  type LedgerEngine,
  memoryEngine,
  type OwnedRun,
  openLedger,
  type RunContext,
  type RunDefinition,
  type RunListener,
} from '../../src/index.ts';

function protocol(drive: (run: RunContext) => void | Promise<void>): RunDefinition<string, number> {
  return {
    type: 'test/protocol',
    version: 1,
    begin: (text) => new TextEncoder().encode(text),
    drive,
    result: (records) => records.length,
  };
}

async function open(definition: RunDefinition<string, number>, world = new ManualWorld()): Promise<Ledger> {
  return openLedger({ engine: memoryEngine({ world }), definitions: [definition], world });
}

/** A memory engine that aborts a run's claim just before it tells it that the key is its. */
function abortingAtGrant(id: string, abort: AbortController): LedgerEngine {
  const engine = memoryEngine();
  return {
    ...engine,
    async join(host, options) {
      const session = await engine.join(host, options);
      const create = session.create.bind(session);
      session.create = async (run) => {
        const created = await create(run);
        if (run.id === id && 'listener' in created) abortAtGrant(created, abort);
        return created;
      };
      return session;
    },
  };
}

function abortAtGrant(run: OwnedRun, abort: AbortController): void {
  const kind: object = Object.getPrototypeOf(run);
  Object.defineProperty(run, 'listener', {
    set(listener: RunListener) {
      const aborting: RunListener = {
        message: (message) => listener.message(message),
        granted(key) {
          abort.abort();
          listener.granted(key);
        },
      };
      Reflect.set(kind, 'listener', aborting, run);
    },
  });
}

function end(run: RunContext): Promise<void> {
  return run.append([], 'durable', { status: 'ended' });
}

describe('a claim', () => {
  test('is granted in the order of the runs, and given up by its end', async () => {
    const order: string[] = [];
    const definition = protocol(async (run) => {
      await run.claim('key');
      order.push(`${run.id} in`);
      await run.append([new Uint8Array(1)]);
      order.push(`${run.id} out`);
      await end(run);
    });
    await using ledger = await open(definition);
    const runs = await Promise.all(['a', 'b', 'c'].map((id) => ledger.start(definition, '', { id })));
    expect(await Promise.all(runs.map(({ result }) => result))).toEqual([2, 2, 2]);
    expect(order).toEqual(['a in', 'a out', 'b in', 'b out', 'c in', 'c out']);
  });

  test('that is aborted leaves the line', async () => {
    const abort = new AbortController();
    let finish = (): void => {};
    const outcomes: string[] = [];
    const definition = protocol(async (run) => {
      const signal = run.id === 'b' ? abort.signal : undefined;
      const outcome = await run.claim('key', signal).then(
        () => 'held',
        (error: { code: string }) => error.code,
      );
      outcomes.push(`${run.id} ${outcome}`);
      if (run.id === 'a') await new Promise<void>((resolve) => (finish = resolve));
      if (outcome === 'held') await end(run);
    });
    await using ledger = await open(definition);
    const [a, , c] = await Promise.all(['a', 'b', 'c'].map((id) => ledger.start(definition, '', { id })));
    await new Promise(setImmediate);
    abort.abort();
    await new Promise(setImmediate);
    finish();
    await Promise.all([a!.result, c!.result]);
    expect(outcomes).toEqual(['a held', 'b ABORTED', 'c held']);
  });

  test('that is granted while it is given up gives the key back', async () => {
    const abort = new AbortController();
    const outcomes: string[] = [];
    const definition = protocol(async (run) => {
      const outcome = await run.claim('key', run.id === 'b' ? abort.signal : undefined).then(
        () => 'held',
        (error: { code: string }) => error.code,
      );
      outcomes.push(`${run.id} ${outcome}`);
      if (run.id === 'a') await new Promise(setImmediate);
      if (outcome === 'held') await end(run);
    });
    const engine = abortingAtGrant('b', abort);
    await using ledger = await openLedger({ engine, definitions: [definition] });
    const [, b, c] = await Promise.all(['a', 'b', 'c'].map((id) => ledger.start(definition, '', { id })));
    await c!.result;
    expect(outcomes.sort()).toEqual(['a held', 'b ABORTED', 'c held']);
    expect((await b!.summary()).status).toBe('running');
  });

  test('ends with the ledger', async () => {
    const outcomes: string[] = [];
    const definition = protocol(async (run) => {
      await run.claim('key').catch((error: { code: string }) => outcomes.push(error.code));
    });
    const ledger = await open(definition);
    for (const id of ['a', 'b']) await ledger.start(definition, '', { id });
    await new Promise(setImmediate);
    const closing = ledger.close();
    await closing;
    expect(outcomes).toEqual(['LEDGER_CLOSED']);
  });
});

describe('a protocol', () => {
  test('that ignores its signal is not waited for beyond the time for closing', async () => {
    const world = new ManualWorld();
    const definition = protocol(() => new Promise(() => {}));
    const ledger = await open(definition, world);
    await ledger.start(definition, '', { id: 'a' });
    let closed = false;
    const closing = ledger.close().then(() => {
      closed = true;
    });
    await world.advance('9s');
    expect(closed).toBe(false);
    await world.advance('2s');
    await closing;
    expect(world.pendingTimers).toBe(0);
  });

  test('is told that its engine attaches nothing to transactions of users', async () => {
    const outcomes: unknown[] = [];
    const definition = protocol(async (run) => {
      outcomes.push(run.attachable);
      await run.attach(async () => []).catch((error: { code: string }) => outcomes.push(error.code));
      await end(run);
    });
    await using ledger = await open(definition);
    await (await ledger.start(definition, '')).result;
    expect(outcomes).toEqual([false, 'LEDGER_CAPABILITY_MISSING']);
  });

  test('whose handler of messages throws is parked', async () => {
    const definition = protocol((run) => {
      run.onMessage = () => {
        throw new Error('no such signal');
      };
    });
    await using ledger = await open(definition);
    const run = await ledger.start(definition, '', { id: 'a' });
    await ledger.post('a', new Uint8Array(1));
    await new Promise(setImmediate);
    expect(await run.summary()).toMatchObject({ status: 'stuck', note: 'Error: no such signal' });
  });
});
