import { describe, expect, test, vi } from 'vitest';
import { uncaughtErrors } from '../../test/uncaught-errors.ts';
import { defineEvent, subscribeToEvents } from './events.ts';

let names = 0;
const freshEvent = <T>() => defineEvent<T>(`test.event.${names++}`);

describe('events', () => {
  test('a type is active while somebody listens, and only then', () => {
    const event = freshEvent<number>();
    expect(event.active).toBe(false);
    const unsubscribe = event.subscribe(() => {});
    expect(event.active).toBe(true);
    unsubscribe();
    unsubscribe();
    expect(event.active).toBe(false);
  });

  test('listeners hear in order of subscription, the same function once for each subscription', () => {
    const event = freshEvent<number>();
    const heard: string[] = [];
    const twice = (value: number) => heard.push(`twice ${value}`);
    const subscriptions = [
      event.subscribe(twice),
      event.subscribe((value) => heard.push(`other ${value}`)),
      event.subscribe(twice),
    ];
    event.publish(1);
    subscriptions[0]!();
    event.publish(2);
    for (const unsubscribe of subscriptions) unsubscribe();
    event.publish(3);
    expect(heard).toEqual(['twice 1', 'other 1', 'twice 1', 'other 2', 'twice 2']);
  });

  test('a listener for everything hears every type, those defined later included', () => {
    const before = freshEvent<string>();
    const heard: [string, unknown][] = [];
    const unsubscribe = subscribeToEvents((name, event) => heard.push([name, event]));
    const after = freshEvent<string>();
    expect([before.active, after.active]).toEqual([true, true]);
    before.publish('a');
    after.publish('b');
    unsubscribe();
    expect([before.active, after.active]).toEqual([false, false]);
    expect(heard).toEqual([
      [before.name, 'a'],
      [after.name, 'b'],
    ]);
  });

  test('a name stands for one type, also in another copy of this package', async () => {
    const event = freshEvent<number>();
    vi.resetModules();
    const copy = await import('./events.ts');
    expect(copy.defineEvent).not.toBe(defineEvent);
    expect(copy.defineEvent(event.name)).toBe(event);
  });

  test('a throwing listener stops no other, and its error becomes uncaught', async () => {
    const event = freshEvent<number>();
    const defect = new Error('defect in a listener');
    const fail = () => {
      throw defect;
    };
    const heard: unknown[] = [];
    const unsubscribers = [
      event.subscribe(fail),
      event.subscribe((value) => heard.push(value)),
      subscribeToEvents(fail),
      subscribeToEvents((name) => heard.push(name)),
    ];
    expect(await uncaughtErrors(() => event.publish(1))).toEqual([defect, defect]);
    expect(heard).toEqual([1, event.name]);
    for (const unsubscribe of unsubscribers) unsubscribe();
  });
});
