// Goal: events of any age are read as they are written today, and stay as they were written.
import { openMemoryJournal } from '@holdfast/storage';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openEventStore, upcasting } from '../../src/index.ts';

test('events of all versions are read in the form of today, also over subscriptions', async () => {
  const store = await openEventStore({ journal: await openMemoryJournal() });
  await store.append('s', 'none', [
    { type: 'bought', data: 5 },
    { type: 'placed', schemaVersion: 2, data: { cents: 500 } },
    { type: 'placed', schemaVersion: 3, data: { cents: 500, currency: 'CHF' } },
    { type: 'other', data: 'as it is' },
  ]);
  const today = upcasting(store, {
    renamed: { bought: 'placed' },
    steps: {
      placed: [
        (francs: number) => ({ cents: francs * 100 }),
        (data: { cents: number }, { currency = 'EUR' }) => ({ ...data, currency }),
      ],
    },
  });
  await today.append('s', 4, [{ type: 'placed', data: { cents: 1, currency: 'USD' } }]);
  const expected = [
    { type: 'placed', schemaVersion: 3, data: { cents: 500, currency: 'EUR' } },
    { type: 'placed', schemaVersion: 3, data: { cents: 500, currency: 'EUR' } },
    { type: 'placed', schemaVersion: 3, data: { cents: 500, currency: 'CHF' } },
    { type: 'other', schemaVersion: 1, data: 'as it is' },
    { type: 'placed', schemaVersion: 3, data: { cents: 1, currency: 'USD' } },
  ];
  expect((await today.read('s')).events).toMatchObject(expected);
  expect((await today.readAll()).events).toMatchObject(expected);
  const subscription = today.subscribe();
  expect((await subscription.next()).value?.events).toMatchObject(expected);
  await subscription.return?.();
  const stored = (await store.read('s')).events.map(({ type, schemaVersion }) => `${type} ${schemaVersion}`);
  expect(stored).toEqual(['bought 1', 'placed 2', 'placed 3', 'other 1', 'placed 3']);
});

test('the oldest event goes through every step once, in order, however many there are', async () => {
  const property = fc.asyncProperty(fc.integer({ min: 0, max: 8 }), fc.nat(8), async (count, skipped) => {
    const written = Math.min(skipped, count) + 1;
    const store = await openEventStore({ journal: await openMemoryJournal() });
    await store.append('s', 'none', [{ type: 't', schemaVersion: written, data: [] }]);
    const steps = Array.from({ length: count }, (_, n) => (data: number[]) => [...data, n + 1]);
    const [event] = (await upcasting(store, { steps: { t: steps } }).read('s')).events;
    expect(event!.data).toEqual(steps.map((_, n) => n + 1).slice(written - 1));
    expect(event!.schemaVersion).toBe(count + 1);
  });
  await fc.assert(property);
});

test('an event of a later release is not misread', async () => {
  const store = await openEventStore({ journal: await openMemoryJournal() });
  await store.append('s', 'none', [{ type: 'placed', schemaVersion: 2, data: 1 }]);
  const older = upcasting(store, {});
  await expect(older.read('s')).rejects.toMatchObject({ code: 'EVENT_UPCASTER_MISSING' });
  const subscription = older.subscribe();
  await expect(subscription.next()).rejects.toMatchObject({ code: 'EVENT_UPCASTER_MISSING' });
  expect((await subscription.next()).done).toBe(true);
  expect(() => upcasting(store, { renamed: { a: 'b', b: 'c' } })).toThrow(/renamed.a is "b"/);
});
