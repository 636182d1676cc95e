import type { Connection, Listener } from '@holdfast/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ManualNetwork, type ManualProcess } from '../../../test/manual-network.ts';
import { pattern, readAll, readAtLeast } from '../contract/network-case.ts';
import type { NetworkModelOptions } from '../network-model.ts';

/** A connection from process a to process b. */
async function connect(manual: ManualNetwork, a: ManualProcess, b: ManualProcess) {
  let accepted: Connection | undefined;
  const listener = await b.network.listen(80, (connection) => {
    accepted = connection;
  });
  const near = await manual.drive(a.network.connect({ host: b.host, port: 80 }));
  await manual.world.advance('5ms');
  return { near, far: accepted!, listener };
}

async function start(seed = 1, options: Partial<NetworkModelOptions> = {}) {
  const manual = new ManualNetwork(seed, options);
  const a = manual.start('a');
  const b = manual.start('b');
  return { manual, a, b, ...(await connect(manual, a, b)) };
}

const outcome = (promise: Promise<unknown>) =>
  promise.then(
    (value) => (value instanceof Uint8Array ? [...value] : value),
    (error: { code: string }) => error.code,
  );

describe('a stream', () => {
  test('no byte is lost, doubled or out of order under any fault that it outlives', async () => {
    const share = fc.constantFrom(0, 0, 0.02, 0.1, 0.3);
    const trouble = fc.record({
      kind: fc.constantFrom('cut', 'clog', 'degrade', 'pause'),
      backwards: fc.boolean(),
      at: fc.nat(400),
      lasting: fc.nat(3_000),
    });
    const talk = fc.array(fc.integer({ min: 1, max: 4_000 }), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          seed: fc.nat(),
          loss: share,
          duplication: share,
          reordering: share,
          bufferBytes: fc.constantFrom(7, 500, 65_536),
          troubles: fc.array(trouble, { maxLength: 4 }),
          talks: fc.tuple(talk, talk),
        }),
        async ({ seed, loss, duplication, reordering, bufferBytes, troubles, talks }) => {
          const small = bufferBytes < 100 ? 20 : 1;
          const { manual, a, b, near, far, listener } = await start(seed, {
            silenceTimeout: '1d',
            streamBufferBytes: bufferBytes,
          });
          manual.model.setConditions({ loss, duplication, reordering });
          const say = async (connection: Connection, lengths: readonly number[], salt: number) => {
            let offset = 0;
            const whole = pattern(
              lengths.reduce((total, length) => total + Math.ceil(length / small), 0),
              salt,
            );
            for (const length of lengths) {
              const end = offset + Math.ceil(length / small);
              await connection.write(whole.slice(offset, end));
              offset = end;
            }
            connection.end();
            return whole;
          };
          const talking = Promise.all([
            say(near, talks[0], 1),
            say(far, talks[1], 2),
            readAll(far),
            readAll(near),
          ]);
          const timed = troubles
            .flatMap(({ kind, backwards, at, lasting }) => {
              const [from, to] = backwards ? (['b', 'a'] as const) : (['a', 'b'] as const);
              let undo = () => {};
              const begin = () => {
                if (kind === 'pause') (backwards ? a : b).pause();
                else if (kind === 'degrade') undo = manual.model.degrade(from, to, { loss: 0.9 });
                else undo = manual.model[kind as 'cut' | 'clog'](from, to);
              };
              const end = () => (kind === 'pause' ? (backwards ? a : b).resume() : undo());
              return [
                { at, run: begin },
                { at: at + lasting, run: end },
              ];
            })
            .toSorted((left, right) => left.at - right.at);
          for (const { at, run } of timed) {
            await manual.world.advance(Math.max(0, at - manual.world.clock.now() / 1_000));
            run();
          }
          const [atNear, atFar, readAtFar, readAtNear] = await manual.drive(talking);
          expect(readAtFar).toEqual(atNear);
          expect(readAtNear).toEqual(atFar);
          await listener.close();
          await manual.world.advance('10m');
          expect(manual.world.pendingTimers).toBe(0);
        },
      ),
      { numRuns: 40 },
    );
  }, 60_000);

  test('what arrives before a reset is the beginning of what was sent', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.nat(60), async (seed, at) => {
        const { manual, a, near, far } = await start(seed);
        manual.model.setConditions({ loss: 0.1, reordering: 0.1, holdBack: '3ms' });
        const sent = pattern(200_000);
        near.write(sent).catch(() => {});
        const got: number[] = [];
        const reading = (async () => {
          for (let bytes = await far.read(); bytes !== undefined; bytes = await far.read())
            got.push(...bytes);
        })();
        const ending = outcome(reading);
        await manual.world.advance(at);
        a.crash();
        await manual.world.advance('100ms');
        far.write(Uint8Array.of(1)).catch(() => {});
        expect(await manual.drive(ending)).toBe('CONNECTION_RESET');
        expect(got).toEqual([...sent.subarray(0, got.length)]);
        expect(manual.world.pendingTimers).toBe(0);
      }),
      { numRuns: 30 },
    );
  }, 60_000);

  test('the same seed gives the same run', async () => {
    const run = async (seed: number) => {
      const { manual, near, far } = await start(seed);
      manual.model.setConditions({ loss: 0.1, duplication: 0.1, reordering: 0.1 });
      const reading = readAll(far);
      await manual.drive(near.write(pattern(50_000)));
      near.end();
      await manual.drive(reading);
      return manual.trace;
    };
    expect(await run(1)).toEqual(await run(1));
    expect(await run(1)).not.toEqual(await run(2));
  });

  test('pieces that are read differ from those that were written: some cut, some joined', async () => {
    const { manual, near, far } = await start();
    const frames = 200;
    const reading = (async () => {
      const pieces: number[] = [];
      for (let bytes = await far.read(); bytes !== undefined; bytes = await far.read())
        pieces.push(bytes.length);
      return pieces;
    })();
    for (let frame = 0; frame < frames; frame++) {
      await near.write(pattern(100));
      await manual.world.advance('300us');
    }
    near.end();
    const pieces = await manual.drive(reading);
    expect(pieces.filter((length) => length < 100).length).toBeGreaterThan(20);
    expect(pieces.filter((length) => length > 100).length).toBeGreaterThan(20);
  });

  test('loss makes it late, not broken', async () => {
    const { manual, near, far } = await start();
    const heal = manual.model.degrade('a', 'b', { loss: 1 });
    await near.write(Uint8Array.of(7));
    const reading = far.read();
    await manual.world.advance('3s');
    heal();
    expect(await outcome(manual.drive(reading))).toEqual([7]);
    expect(manual.world.clock.now()).toBeGreaterThan(3_000_000);
    expect(manual.world.clock.now()).toBeLessThan(9_000_000);
  });

  test('a burst that gets lost is sent again at once when the other end answers, not piece by piece', async () => {
    const { manual, near, far } = await start();
    const reading = readAtLeast(far, 60_000);
    const heal = manual.model.cut('a', 'b');
    await near.write(pattern(60_000));
    heal();
    const begun = manual.world.clock.now();
    await manual.drive(reading);
    expect(manual.world.clock.now() - begun).toBeLessThan(300_000);
  });

  test('a reader that keeps up lets the writer go on without a pause', async () => {
    const { manual, near, far } = await start();
    const begun = manual.world.clock.now();
    const reading = readAll(far);
    await manual.drive(near.write(pattern(1_000_000)).then(() => near.end()));
    await manual.drive(reading);
    expect(manual.world.clock.now() - begun).toBeLessThan(200_000);
  });

  test('a stream is as fast as its link', async () => {
    const { manual, near, far } = await start();
    manual.model.degrade('a', 'b', { bandwidth: 100_000 });
    const begun = manual.world.clock.now();
    const reading = readAll(far);
    await manual.drive(near.write(pattern(500_000)).then(() => near.end()));
    await manual.drive(reading);
    const seconds = (manual.world.clock.now() - begun) / 1_000_000;
    expect(seconds).toBeGreaterThan(5);
    expect(seconds).toBeLessThan(6);
  });

  test('an end whose last acknowledgement gets lost has everything all the same', async () => {
    const { manual, near, far } = await start();
    await near.write(Uint8Array.of(1));
    near.end();
    await manual.drive(readAtLeast(far, 1));
    far.write(Uint8Array.of(2));
    far.end();
    const lose = manual.model.degrade('a', 'b', { loss: 1 });
    await manual.world.advance('5ms');
    lose();
    await manual.world.advance('5s');
    expect([...(await readAll(near))]).toEqual([2]);
    expect([...(await readAll(far))]).toEqual([]);
    expect(manual.world.pendingTimers).toBe(0);
  });

  test('a cut that lasts breaks it, at the end that waits for an answer', async () => {
    const { manual, near, far } = await start();
    const heal = manual.model.cut('a', 'b');
    const begun = manual.world.clock.now();
    const readingNear = outcome(near.read());
    let farEnded = false;
    const readingFar = outcome(far.read()).finally(() => {
      farEnded = true;
    });
    await near.write(Uint8Array.of(1));
    expect(await manual.drive(readingNear)).toBe('CONNECTION_RESET');
    expect(manual.world.clock.now() - begun).toBe(10_000_000);
    await expect(near.write(Uint8Array.of(2))).rejects.toMatchObject({ code: 'CONNECTION_RESET' });
    await manual.world.advance('1h');
    expect(farEnded).toBe(false);
    heal();
    await far.write(Uint8Array.of(3));
    expect(await manual.drive(readingFar)).toBe('CONNECTION_RESET');
    expect(manual.world.pendingTimers).toBe(0);
  });

  test('a clog shorter than the patience delays everything and breaks nothing', async () => {
    const { manual, near, far } = await start();
    const release = manual.model.clog('a', 'b');
    const reading = readAtLeast(far, 3_000);
    for (let count = 0; count < 3; count++) await near.write(pattern(1_000, count));
    await manual.world.advance('9s');
    release();
    const bytes = await manual.drive(reading);
    expect(bytes.subarray(1_000, 2_000)).toEqual(pattern(1_000, 1));
  });

  test('no answer to the opening, in either direction, is HOST_UNREACHABLE after the patience for it', async () => {
    for (const [from, to] of [
      ['a', 'b'],
      ['b', 'a'],
    ] as const) {
      const manual = new ManualNetwork(1, { connectTimeout: '2s' });
      const a = manual.start('a');
      let accepted = 0;
      await manual.start('b').network.listen(80, () => accepted++);
      manual.model.cut(from, to);
      const opening = a.network.connect({ host: 'b', port: 80 });
      expect(await outcome(manual.drive(opening))).toBe('HOST_UNREACHABLE');
      expect(manual.world.clock.now()).toBe(2_000_000);
      await manual.world.advance('1m');
      expect(accepted).toBe(0);
      expect(manual.world.pendingTimers).toBe(0);
    }
  });

  test('a host that is down does not answer; one of an unknown name is not even asked', async () => {
    const manual = new ManualNetwork();
    const a = manual.start('a');
    manual.start('b').crash();
    expect(await outcome(manual.drive(a.network.connect({ host: 'b', port: 80 })))).toBe('HOST_UNREACHABLE');
    expect(manual.world.clock.now()).toBe(5_000_000);
    expect(await outcome(a.network.connect({ host: 'c', port: 80 }))).toBe('HOST_UNREACHABLE');
    expect(manual.drops).toContain('host-down');
    expect(manual.world.pendingTimers).toBe(0);
  });

  test('a process that crashes resets its connections at once', async () => {
    const { manual, b, near } = await start();
    const reading = outcome(near.read());
    b.crash();
    await manual.world.advance('2ms');
    expect(await reading).toBe('CONNECTION_RESET');
    await expect(near.write(Uint8Array.of(1))).rejects.toMatchObject({ code: 'CONNECTION_RESET' });
  });

  test('where the reset gets lost, the next write finds out', async () => {
    const { manual, b, near } = await start();
    const heal = manual.model.cut('b', 'a');
    const next = b.restart();
    await manual.world.advance('1m');
    heal();
    let ended = false;
    const reading = outcome(near.read()).finally(() => {
      ended = true;
    });
    await manual.world.advance('1h');
    expect(ended).toBe(false);
    await near.write(Uint8Array.of(1));
    expect(await manual.drive(reading)).toBe('CONNECTION_RESET');
    expect(next.alive).toBe(true);
  });

  test('nothing settles for a process that has crashed, and nothing of it is left', async () => {
    const { manual, a, near, far } = await start(1, { streamBufferBytes: 10 });
    const abort = new AbortController();
    let settled = 0;
    const count = () => void settled++;
    near.read({ signal: abort.signal }).finally(count);
    near.write(pattern(100), { signal: abort.signal }).finally(count);
    a.network.connect({ host: 'b', port: 81 }, { signal: abort.signal }).finally(count);
    a.crash();
    abort.abort();
    near.read().finally(count);
    near.write(pattern(1)).finally(count);
    a.network.listen(1, () => {}).finally(count);
    a.network.bind(1, () => {}).finally(count);
    a.network.connect({ host: 'b', port: 80 }).finally(count);
    near.end();
    near.destroy();
    far.destroy();
    await manual.world.advance('1h');
    expect(settled).toBe(0);
    expect(manual.world.pendingTimers).toBe(0);
  });

  test('a paused process keeps its connections, and reads afterwards what came meanwhile', async () => {
    const { manual, a, b, near, far } = await start();
    let read: unknown;
    far.read().then((bytes) => {
      read = bytes;
    });
    b.pause();
    await near.write(Uint8Array.of(1, 2, 3));
    const opening = a.network.connect({ host: 'b', port: 80 });
    await manual.drive(opening);
    await manual.world.advance('1h');
    expect(read).toBe(undefined);
    b.resume();
    await manual.world.advance('10ms');
    expect(read).toBeInstanceOf(Uint8Array);
  });

  test('a reader that reads nothing for an hour stops the writer, and breaks nothing', async () => {
    const { manual, near, far } = await start(1, { streamBufferBytes: 1_000 });
    const sent = pattern(10_000);
    let written = false;
    const writing = near.write(sent).then(() => {
      written = true;
      near.end();
    });
    await manual.world.advance('1h');
    expect(written).toBe(false);
    const bytes = await manual.drive(readAll(far));
    expect(bytes).toEqual(sent);
    await writing;
  });

  test('a note of new room that gets lost is asked for again', async () => {
    const { manual, near, far } = await start(1, { streamBufferBytes: 100 });
    const writing = near.write(pattern(300)).then(() => near.end());
    await manual.world.advance('1s');
    const heal = manual.model.cut('b', 'a');
    const first = await readAtLeast(far, 100);
    await manual.world.advance('3s');
    heal();
    const rest = await manual.drive(readAll(far));
    expect([...first, ...rest]).toEqual([...pattern(300)]);
    await writing;
  });

  test('openings that arrive twice, and late, are accepted once', async () => {
    const manual = new ManualNetwork(5);
    manual.model.setConditions({ duplication: 0.5, reordering: 0.5, holdBack: '2s' });
    const a = manual.start('a');
    const b = manual.start('b');
    let accepted = 0;
    await b.network.listen(80, (connection) => {
      accepted++;
      void readAll(connection).then(() => connection.end());
    });
    for (let count = 0; count < 50; count++) {
      const connection = await manual.drive(a.network.connect({ host: 'b', port: 80 }));
      await connection.write(pattern(10));
      connection.end();
      await manual.drive(readAll(connection));
    }
    await manual.world.advance('1m');
    expect(accepted).toBe(50);
    expect(manual.world.pendingTimers).toBe(0);
  });

  test('a listener keeps so many streams waiting, and drops the newest, which come again', async () => {
    const manual = new ManualNetwork();
    const a = manual.start('a');
    const b = manual.start('b');
    let accepted = 0;
    await b.network.listen(80, () => accepted++);
    b.pause();
    const openings = Array.from({ length: 600 }, () => a.network.connect({ host: 'b', port: 80 }));
    await manual.world.advance('100ms');
    expect(manual.drops.filter((why) => why === 'backlog-full')).toHaveLength(600 - 512);
    b.resume();
    await manual.drive(Promise.all(openings));
    await manual.world.advance('10ms');
    expect(accepted).toBe(600);
  });

  test('a listener that closes resets what it has not accepted', async () => {
    const manual = new ManualNetwork();
    const a = manual.start('a');
    const b = manual.start('b');
    const listener: Listener = await b.network.listen(80, () => expect.unreachable());
    b.pause();
    const connection = await manual.drive(a.network.connect({ host: 'b', port: 80 }));
    await listener.close();
    b.resume();
    expect(await outcome(manual.drive(connection.read()))).toBe('CONNECTION_RESET');
  });

  test('a write that waits is finished before the end that was asked for meanwhile', async () => {
    const { manual, near, far } = await start(1, { streamBufferBytes: 100 });
    const writing = near.write(pattern(1_000));
    near.end();
    expect(await manual.drive(readAll(far))).toEqual(pattern(1_000));
    await writing;
  });
});
