import { expect, test } from 'vitest';
import { MemoryDisk } from '../../test/memory-disk.ts';
import { Slots, type SlotValues, slotsBytes } from './slots.ts';

const before: SlotValues = [1, 2, 3, 4, 5, 6];
const after: SlotValues = [2 ** 48 - 1, 0, 2 ** 40 + 7, 1, 1, 1];

async function fileWithSlots() {
  const disk = new MemoryDisk();
  const file = await disk.open('file', { create: true });
  await file.write(0, Slots.begin(before));
  return { file, bytes: () => disk.files.get('file')! };
}

test('the values written last are found', async () => {
  const { file } = await fileWithSlots();
  expect(await Slots.read(file, 0)).toMatchObject({ values: before, otherBroken: false });
  for (let round = 0; round < 4; round++) {
    await (await Slots.read(file, 0))!.slots.write(round % 2 === 0 ? after : before);
    expect((await Slots.read(file, 0))!.values).toEqual(round % 2 === 0 ? after : before);
  }
});

test('whatever becomes of the slot written last, the one before it is there, and the break is told', async () => {
  const { file, bytes } = await fileWithSlots();
  const untouched = bytes();
  await (await Slots.read(file, 0))!.slots.write(after);
  const written = bytes();
  const changed = [...written.keys()].filter((at) => written[at] !== untouched[at]);
  for (const at of changed) {
    const broken = written.slice();
    broken[at]! ^= 1;
    await file.write(0, broken);
    expect(await Slots.read(file, 0)).toMatchObject({ values: before, otherBroken: true });
  }
});

test('who else has written is noticed, what one has written oneself is not', async () => {
  const { file } = await fileWithSlots();
  const [mine, other] = [(await Slots.read(file, 0))!.slots, (await Slots.read(file, 0))!.slots];
  await mine.write(after);
  expect(await mine.nextSlot()).toBe('untouched');
  expect(await other.nextSlot()).toBe('written');
  const later = (await Slots.read(file, 0))!.slots;
  expect(await later.nextSlot()).toBe('untouched');
  await later.write(before);
  expect(await mine.nextSlot()).toBe('written');
});

test('what rots is not taken for what somebody else has written', async () => {
  const { file, bytes } = await fileWithSlots();
  const mine = (await Slots.read(file, 0))!.slots;
  await mine.write(after);
  const untouched = bytes();
  const second = slotsBytes / 2;
  for (let at = 0; at < 64; at++) {
    await file.write(0, untouched);
    await file.write(second + at, new Uint8Array([untouched[second + at]! ^ 4]));
    expect(await mine.nextSlot()).toBe('broken');
  }
});

test('zeros are no slots', async () => {
  const { file } = await fileWithSlots();
  await file.write(0, new Uint8Array(slotsBytes));
  expect(await Slots.read(file, 0)).toBeUndefined();
});
