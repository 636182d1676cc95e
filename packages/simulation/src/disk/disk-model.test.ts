import { describe, expect, test } from 'vitest';
import { DiskUnderTest } from '../../test/disk/disk-under-test.ts';

const sector = 512;

function filled(length: number, byte: number): Uint8Array {
  return new Uint8Array(length).fill(byte);
}

/** Sector by sector, the byte that it is full of; '.' for zeros, '!' for a mixture. */
function picture(contents: Uint8Array | undefined): string {
  if (contents === undefined) return 'no file';
  let picture = '';
  for (let at = 0; at < contents.length; at += sector) {
    const part = contents.subarray(at, at + sector);
    const [first] = part;
    picture += part.some((byte) => byte !== first) ? '!' : first === 0 ? '.' : first;
  }
  return picture;
}

/** A disk with a file of `count` sectors of ones, all durable. */
function diskWithFile(
  count: number,
  options: ConstructorParameters<typeof DiskUnderTest>[0] = {},
): DiskUnderTest {
  const under = new DiskUnderTest(options);
  under.write('file', 0, filled(count * sector, 1));
  under.sync('file');
  under.syncDirectory('');
  return under;
}

describe('operations', () => {
  test('on one file take effect in the order of the calls', () => {
    const under = new DiskUnderTest();
    const ended: number[] = [];
    for (let index = 0; index < 50; index++) {
      under.callbacks.write('file', 0, filled(1, index), () => ended.push(index));
    }
    let read: Uint8Array | undefined;
    under.callbacks.read('file', 0, 1, (_, bytes) => {
      read = bytes;
    });
    under.world.advanceSync('1s');
    expect(ended).toEqual(Array.from({ length: 50 }, (_, index) => index));
    expect(read).toEqual(filled(1, 49));
  });

  test('on different files overtake each other', () => {
    const orders = new Set<string>();
    for (let seed = 0; seed < 10; seed++) {
      const under = new DiskUnderTest({ seed });
      let order = '';
      for (const name of ['a', 'b', 'c']) {
        under.callbacks.write(name, 0, filled(1, 1), () => {
          order += name;
        });
      }
      under.world.advanceSync('1s');
      orders.add(order);
    }
    expect(orders.size).toBeGreaterThan(2);
  });

  test('take as long as their conditions say', () => {
    const under = new DiskUnderTest({ conditions: { latency: { min: '2ms', max: '3ms' } } });
    const slow = under.model.trouble({ latency: { min: '1s', max: '1s' } });
    let ended = 0;
    under.callbacks.write('a', 0, filled(1, 1), () => ended++);
    under.world.advanceSync('999ms');
    expect(ended).toBe(0);
    under.world.advanceSync('1ms');
    expect(ended).toBe(1);
    slow();
    under.callbacks.write('a', 0, filled(1, 1), () => ended++);
    under.world.advanceSync('1ms');
    expect(ended).toBe(1);
    under.world.advanceSync('2ms');
    expect(ended).toBe(2);
  });

  test('take up to ten times as long now and then where latency is heavy-tailed', () => {
    const conditions = { latency: { min: '1ms', max: '2ms', distribution: 'heavy-tailed' } } as const;
    const under = new DiskUnderTest({ conditions });
    const slow = [];
    for (let index = 0; index < 400; index++) {
      const begun = under.world.clock.now();
      under.write('file', 0, filled(1, 1));
      const took = under.world.clock.now() - begun;
      expect(took).toBeLessThanOrEqual(20_000);
      if (took > 2_000) slow.push(took);
    }
    expect(slow.length).toBeGreaterThan(5);
    expect(slow.length).toBeLessThan(50);
  });

  test('are traced with their outcome', () => {
    const under = new DiskUnderTest();
    under.write('file', 0, filled(10, 1));
    under.run((done) => under.callbacks.remove('none', done));
    under.kill();
    expect(under.trace.map((event) => event.what === 'disk' && [event.operation, event.outcome])).toEqual([
      ['write file 0+10', 'ok'],
      ['remove none', 'FILE_NOT_FOUND'],
      ['crash: write file 0+10', expect.stringMatching(/kept|lost/)],
      ['crash: create file', expect.stringMatching(/kept|lost/)],
    ]);
  });

  test('with arguments that cannot be are refused, by name', () => {
    const { callbacks, model } = new DiskUnderTest();
    const nobody = (): void => {};
    expect(() => callbacks.write('../file', 0, filled(1, 1), nobody)).toThrow('path is "../file"');
    expect(() => callbacks.write('file', -1, filled(1, 1), nobody)).toThrow('position is -1');
    expect(() => callbacks.rename('file', 'a//b', nobody)).toThrow('to is "a//b"');
    expect(() => new DiskUnderTest({ options: { sectorBytes: 1_000 as 512 } })).toThrow(
      'sectorBytes is 1000',
    );
    expect(() => new DiskUnderTest({ options: { capacityBytes: 0 } })).toThrow('capacityBytes is 0');
    expect(() => model.setConditions({ bitRot: 2 })).toThrow('disk.bitRot is 2');
    expect(() => model.trouble({ latency: { min: '2ms', max: '1ms' } })).toThrow('disk.latency.max');
  });
});

describe('a process', () => {
  test('hears nothing any more once it is dead, from callbacks or promises', async () => {
    const under = new DiskUnderTest();
    const heard: string[] = [];
    under.callbacks.write('file', 0, filled(1, 1), () => heard.push('callback'));
    const { callbacks, disk } = under;
    void disk.makeDirectory('a').then(() => heard.push('promise'));
    under.restart();
    callbacks.sync('file', () => heard.push('later callback'));
    void disk.list('').then(
      () => heard.push('later promise'),
      () => heard.push('later rejection'),
    );
    await under.world.advance('1s');
    expect(heard).toEqual([]);
    expect(under.world.pendingTimers).toBe(0);
  });

  test('that is paused hears of it when it goes on', () => {
    const under = new DiskUnderTest();
    let heard = 0;
    under.callbacks.write('file', 0, filled(1, 1), () => heard++);
    under.process.paused = true;
    under.world.advanceSync('1s');
    expect([heard, under.callbacks.sizeOf('file')]).toEqual([0, undefined]);
    under.process.paused = false;
    for (const timer of under.process.kept) under.world.timers.arm(timer, under.world.clock.now());
    under.world.advanceSync('0us');
    expect([heard, under.callbacks.sizeOf('file')]).toEqual([1, 1]);
  });
});

describe('a crash', () => {
  /** All that a crash makes of one unsynced write of four sectors, over four, at many seeds. */
  function outcomes(position: number, conditions = {}): Set<string> {
    const found = new Set<string>();
    for (let seed = 0; seed < 600; seed++) {
      const under = diskWithFile(4, { seed, conditions });
      under.write('file', position, filled(4 * sector, 2));
      under.restart();
      found.add(picture(under.contents('file')));
    }
    return found;
  }

  test('keeps an unsynced write, loses it, or tears it in any way between sectors', () => {
    const found = outcomes(0);
    expect(found.size).toBe(16);
    for (const each of found) expect(each).toMatch(/^[12]{4}$/);
  });

  test('may leave zeros where a file was growing', () => {
    const found = outcomes(4 * sector);
    for (const each of ['1111', '11112222', '1111....', '11112', '11112...', '1111.2.2']) {
      expect(found).toContain(each);
    }
    for (const each of found) expect(each).toMatch(/^1111[2.]*$/);
  });

  test('tears and loses as often as it is told', () => {
    expect(outcomes(0, { lostWrites: 0, tornWrites: 0 })).toEqual(new Set(['2222']));
    expect(outcomes(0, { lostWrites: 1 })).toEqual(new Set(['1111']));
    expect(outcomes(0, { lostWrites: 0, tornWrites: 1 })).not.toContain('2222');
  });

  test('tears between sectors of 4 KiB where these are the sectors', () => {
    const found = new Set<string>();
    for (let seed = 0; seed < 100; seed++) {
      const conditions = { lostWrites: 0, tornWrites: 1 };
      const under = diskWithFile(16, { seed, conditions, options: { sectorBytes: 4_096 } });
      under.write('file', 0, filled(16 * sector, 2));
      under.restart();
      found.add(picture(under.contents('file')));
    }
    expect(found).toEqual(new Set([`${'1'.repeat(8)}${'2'.repeat(8)}`, `${'2'.repeat(8)}${'1'.repeat(8)}`]));
  });

  test('may keep what was still under way, without anybody hearing of it', () => {
    const sizes = new Set<number | undefined>();
    for (let seed = 0; seed < 50; seed++) {
      const under = diskWithFile(1, { seed });
      under.callbacks.write('file', sector, filled(sector, 2), () => expect.unreachable());
      under.restart();
      sizes.add(under.callbacks.sizeOf('file'));
    }
    expect(sizes).toEqual(new Set([sector, 2 * sector]));
  });
});

describe('a flush', () => {
  test('that fails may lose what it was to flush; reads do not show it, and the next one succeeds', () => {
    let lost = 0;
    for (let seed = 0; seed < 50; seed++) {
      const under = diskWithFile(4, { seed });
      under.write('file', 0, filled(4 * sector, 2));
      const over = under.model.trouble({ failedFlushes: 1 });
      expect(under.sync('file')).toBe('DISK_FAILED');
      over();
      expect(under.sync('file')).toBe('ok');
      expect(picture(under.contents('file'))).toBe('2222');
      under.restart();
      if (picture(under.contents('file')) !== '2222') lost++;
    }
    expect(lost).toBeGreaterThan(20);
    expect(lost).toBeLessThan(50);
  });

  test('of a directory that fails may lose its names', () => {
    const found = new Set<string>();
    for (let seed = 0; seed < 50; seed++) {
      const under = new DiskUnderTest({ seed });
      under.write('file', 0, filled(1, 1));
      under.sync('file');
      const over = under.model.trouble({ failedFlushes: 1 });
      expect(under.syncDirectory('')).toBe('DISK_FAILED');
      over();
      expect(under.syncDirectory('')).toBe('ok');
      under.restart();
      found.add(under.callbacks.list('').join());
    }
    expect(found).toEqual(new Set(['', 'file']));
  });

  test('that lies is believed until the crash; one that does not lie makes up for it', () => {
    const under = diskWithFile(4, { conditions: { lostWrites: 1 } });
    const lying = under.model.trouble({ lyingFlushes: 1 });
    under.write('file', 0, filled(4 * sector, 2));
    expect(under.sync('file')).toBe('ok');
    under.restart();
    expect(picture(under.contents('file'))).toBe('1111');
    under.write('file', 0, filled(4 * sector, 3));
    expect(under.sync('file')).toBe('ok');
    lying();
    expect(under.sync('file')).toBe('ok');
    under.restart();
    expect(picture(under.contents('file'))).toBe('3333');
  });
});

describe('a write', () => {
  test('that fails may have written some of its sectors', () => {
    const found = new Set<string>();
    for (let seed = 0; seed < 100; seed++) {
      const under = diskWithFile(2, { seed });
      under.model.setConditions({ failedWrites: 1 });
      expect(under.write('file', 0, filled(2 * sector, 2))).toBe('DISK_FAILED');
      found.add(picture(under.contents('file')));
    }
    expect(found).toEqual(new Set(['11', '21', '22']));
  });

  test('that is misdirected goes to another place of the same file', () => {
    const found = new Set<string>();
    for (let seed = 0; seed < 100; seed++) {
      const under = diskWithFile(4, { seed });
      under.model.setConditions({ misdirectedWrites: 1 });
      expect(under.write('file', sector, filled(sector, 2))).toBe('ok');
      under.sync('file');
      under.restart();
      found.add(picture(under.contents('file')));
    }
    expect(found).toEqual(new Set(['2111', '1121', '1112']));
  });

  test('that rots is whole until it is durable, and then lacks a bit', () => {
    const under = diskWithFile(4);
    under.model.setConditions({ bitRot: 1 });
    under.write('file', 0, filled(4 * sector, 2));
    expect(picture(under.contents('file'))).toBe('2222');
    under.sync('file');
    under.restart();
    const flipped = under.contents('file')!.filter((byte) => byte !== 2);
    expect(flipped.length).toBe(1);
    const difference = flipped[0]! ^ 2;
    expect(difference & (difference - 1)).toBe(0);
  });

  test('fails on a full disk, until there is space again', () => {
    const under = diskWithFile(1);
    const [first, second] = [under.model.fill(), under.model.fill()];
    expect(under.write('file', 0, filled(1, 2))).toBe('DISK_FULL');
    first();
    first();
    expect(under.write('file', 0, filled(1, 2))).toBe('DISK_FULL');
    expect(under.sync('file')).toBe('ok');
    second();
    expect(under.write('file', 0, filled(1, 2))).toBe('ok');
  });

  test('fails beyond the capacity of the disk; removing files makes space', () => {
    const under = new DiskUnderTest({ options: { capacityBytes: 1_000 } });
    expect(under.write('a', 0, filled(600, 1))).toBe('ok');
    expect(under.write('b', 0, filled(500, 1))).toBe('DISK_FULL');
    expect(under.truncate('a', 1_001)).toBe('DISK_FULL');
    expect(under.run((done) => under.callbacks.remove('a', done))).toBe('ok');
    expect(under.write('b', 0, filled(1_000, 1))).toBe('ok');
    expect(under.write('b', 500, filled(500, 2))).toBe('ok');
  });
});

test('a read fails as often as it is told', async () => {
  const under = diskWithFile(1);
  under.model.setConditions({ failedReads: 1 });
  const file = await under.settled(under.disk.open('file'));
  await expect(under.settled(file.read(0, 1))).rejects.toMatchObject({ code: 'DISK_FAILED' });
});

test('a wiped disk is empty; only one whose host is down is wiped', () => {
  const under = diskWithFile(1);
  expect(() => under.model.wipe()).toThrow('only while its host is down');
  under.kill();
  under.model.wipe();
  under.start();
  expect(under.callbacks.list('')).toEqual([]);
  under.restart();
  expect(under.callbacks.list('')).toEqual([]);
});
