import { describe, expect, test } from 'vitest';
import { DiskUnderTest } from '../../test/disk/disk-under-test.ts';
import { FaultAtlas } from './fault-atlas.ts';

describe('FaultAtlas', () => {
  test('lets no more hosts be damaged than it was told, and those as much as they like', () => {
    const atlas = new FaultAtlas({ damagedHostsMax: 1 });
    atlas.damage('a', '');
    atlas.damage('a', '');
    expect([atlas.permits('a', ''), atlas.permits('b', '')]).toEqual([true, false]);
    expect(() => atlas.damage('b', '')).toThrow('a disk asks');
    atlas.heal('a', '');
    expect(atlas.permits('b', '')).toBe(false);
    atlas.heal('a', '');
    expect(atlas.permits('b', '')).toBe(true);
  });

  test('counts each area by itself', () => {
    const atlas = new FaultAtlas({ damagedHostsMax: 1 });
    atlas.damage('a', 'head');
    atlas.damage('b', 'tail');
    expect([atlas.permits('b', 'head'), atlas.permits('a', 'tail')]).toEqual([false, false]);
  });

  test('a wiped disk is damaged everywhere until it has been restored', () => {
    const atlas = new FaultAtlas({ damagedHostsMax: 1 });
    atlas.wiped('a');
    expect(atlas.permits('b', 'head')).toBe(false);
    expect(atlas.permits('b', undefined)).toBe(false);
    atlas.restored('a');
    expect(atlas.permits('b', undefined)).toBe(true);
  });

  test('a whole disk may go only where every area permits it', () => {
    const atlas = new FaultAtlas({ damagedHostsMax: 1 });
    atlas.damage('a', 'head');
    expect([atlas.permits('a', undefined), atlas.permits('b', undefined)]).toEqual([true, false]);
    atlas.setDamagedHostsMax(2);
    expect(atlas.permits('b', undefined)).toBe(true);
  });

  test('refuses a limit that is none', () => {
    expect(() => new FaultAtlas({ damagedHostsMax: -1 })).toThrow('damagedHostsMax is -1');
  });
});

describe('disks that share an atlas', () => {
  const sector = new Uint8Array(512).fill(1);

  /** How many of three disks are damaged after each has written and synced everywhere. */
  function damagedDisks(
    damagedHostsMax: number,
    areaOf?: (path: string, position: number) => string,
  ): number[] {
    const atlas = new FaultAtlas({ damagedHostsMax, areaOf });
    const disks = ['a', 'b', 'c'].map(
      (host) =>
        new DiskUnderTest({ host, options: { atlas }, conditions: { bitRot: 0.5, misdirectedWrites: 0.3 } }),
    );
    const damaged = new Array<number>(20).fill(0);
    for (const disk of disks) {
      for (let index = 0; index < 20; index++) disk.write('file', index * 512, sector);
      disk.sync('file');
      disk.syncDirectory('');
      disk.restart();
      const found = disk.contents('file')!;
      for (let index = 0; index < 20; index++) {
        const bytes = found.subarray(index * 512, (index + 1) * 512);
        if (bytes.length < 512 || bytes.some((byte) => byte !== 1)) damaged[index]!++;
      }
    }
    return damaged;
  }

  test('leave a good copy of everything on a majority', () => {
    expect(Math.max(...damagedDisks(1, (path, position) => `${path} ${position}`))).toBe(1);
    expect(Math.max(...damagedDisks(2, (path, position) => `${path} ${position}`))).toBe(2);
  });

  test('leave whole disks alone where nothing is known about the layout', () => {
    expect(Math.max(...damagedDisks(0))).toBe(0);
    expect(Math.max(...damagedDisks(1))).toBe(1);
  });

  test('are damaged everywhere where that is asked for', () => {
    expect(Math.max(...damagedDisks(3))).toBe(3);
  });

  test('lose what a lying flush has promised on as few hosts', () => {
    const atlas = new FaultAtlas({ damagedHostsMax: 1 });
    const conditions = { lyingFlushes: 1, lostWrites: 1 };
    const found = ['a', 'b', 'c'].map((host) => {
      const under = new DiskUnderTest({ host, options: { atlas }, conditions });
      under.write('file', 0, sector);
      under.sync('file');
      under.syncDirectory('');
      under.restart();
      return under.callbacks.sizeOf('file');
    });
    expect(found).toEqual([undefined, 512, 512]);
  });

  test('lose it on as few hosts where a later flush fails', () => {
    const atlas = new FaultAtlas({ damagedHostsMax: 1 });
    let damaged = 0;
    for (let index = 0; index < 20; index++) {
      const under = new DiskUnderTest({ host: `host-${index}`, options: { atlas } });
      under.write('file', 0, new Uint8Array(0));
      under.syncDirectory('');
      under.write('file', 0, sector);
      const lying = under.model.trouble({ lyingFlushes: 1 });
      expect(under.sync('file')).toBe('ok');
      lying();
      const failing = under.model.trouble({ failedFlushes: 1 });
      expect(under.sync('file')).toBe('DISK_FAILED');
      failing();
      under.restart();
      if (under.contents('file')![0] !== 1) damaged++;
    }
    expect(damaged).toBe(1);
  });

  test('are left alone while one was wiped and not yet restored', () => {
    const atlas = new FaultAtlas({ damagedHostsMax: 1 });
    const under = new DiskUnderTest({ options: { atlas } });
    under.kill();
    under.model.wipe();
    expect(atlas.permits('b', '')).toBe(false);
    under.model.restored();
    expect(atlas.permits('b', '')).toBe(true);
  });

  test('may be damaged again once the damage was overwritten', () => {
    const atlas = new FaultAtlas({ damagedHostsMax: 1 });
    const [first, second] = ['a', 'b'].map((host) => new DiskUnderTest({ host, options: { atlas } })) as [
      DiskUnderTest,
      DiskUnderTest,
    ];
    const over = first.model.trouble({ bitRot: 1 });
    first.write('file', 0, sector);
    first.sync('file');
    over();
    expect(atlas.permits('b', '')).toBe(false);
    first.write('file', 0, sector);
    expect(atlas.permits('b', '')).toBe(false);
    first.sync('file');
    expect(atlas.permits('b', '')).toBe(true);
    second.model.setConditions({ bitRot: 1 });
    second.write('file', 0, sector);
    expect(atlas.permits('a', '')).toBe(false);
  });
});
