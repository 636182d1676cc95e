import { expect, test } from 'vitest';
import { Undoable } from './undoable.ts';

function counted() {
  const records: string[] = [];
  const undoable = new Undoable();
  const act = (key: string | undefined, work = () => Promise.resolve()) =>
    undoable.do(key, work, async () => {
      records.push('done');
    });
  const undo = (key: string) =>
    undoable.undo(
      key,
      async () => {
        records.push('worked');
      },
      async (what) => {
        records.push(what);
      },
    );
  return { records, act, undo };
}

test('a key is done once, also when asked for while under way; without a key each time', async () => {
  const { records, act } = counted();
  await Promise.all([act('k'), act('k')]);
  await act('k');
  expect(records).toEqual(['done']);
  await act(undefined);
  await act(undefined);
  expect(records).toEqual(['done', 'done', 'done']);
});

test('work that failed may be tried again', async () => {
  const { records, act } = counted();
  await expect(act('k', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect((await act('k')).status).toBe(201);
  expect(records).toEqual(['done']);
});

test('what was done is taken back once', async () => {
  const { records, act, undo } = counted();
  await act('k');
  await undo('k');
  await undo('k');
  expect(records).toEqual(['done', 'worked', 'undone']);
});

test('what is taken back before it is done is never done, and costs nothing', async () => {
  const { records, act, undo } = counted();
  await undo('k');
  expect((await act('k')).status).toBe(409);
  let finish = (): void => {};
  const slow = act('later', () => new Promise<void>((resolve) => (finish = resolve)));
  await undo('later');
  finish();
  expect((await slow).status).toBe(409);
  expect(records).toEqual(['void', 'void']);
});
