import { EventEmitter, once } from 'node:events';
import { type Context, createContextKey, ROOT_CONTEXT } from '@opentelemetry/api';
import { beforeEach, describe, expect, test } from 'vitest';
import { AsyncContextManager } from './async-context-manager.ts';

const key = createContextKey('test');
const named = (name: string): Context => ROOT_CONTEXT.setValue(key, name);

let contexts: AsyncContextManager;
const name = () => contexts.active().getValue(key);

beforeEach(() => {
  contexts = new AsyncContextManager();
});

describe('the active context', () => {
  test('is the root outside, and back after a throw', () => {
    expect(contexts.active()).toBe(ROOT_CONTEXT);
    expect(() =>
      contexts.with(named('a'), () => {
        throw new Error(String(name()));
      }),
    ).toThrow('a');
    expect(contexts.active()).toBe(ROOT_CONTEXT);
  });

  test('follows awaits, timers and nested calls, each chain its own', async () => {
    const heard: unknown[] = [];
    const chain = (own: string) =>
      contexts.with(named(own), async () => {
        await new Promise((resolve) => setTimeout(resolve, 1));
        heard.push([own, name()]);
        contexts.with(named(`${own} inner`), () => heard.push([`${own} inner`, name()]));
        await null;
        heard.push([own, name()]);
      });
    await Promise.all([chain('a'), chain('b')]);
    expect(heard).toHaveLength(6);
    for (const [own, found] of heard as [string, string][]) expect(found).toBe(own);
  });

  test('is given with this, arguments and result', () => {
    function add(this: { base: number }, a: number, b: number): number {
      return this.base + a + b;
    }
    expect(contexts.with(named('a'), add, { base: 1 }, 2, 3)).toBe(6);
  });
});

describe('a bound function', () => {
  test('is called in its context, with this and arguments', () => {
    const bound = contexts.bind(named('a'), function (this: unknown, mark: string) {
      return [this, name(), mark];
    });
    const self = { bound };
    expect(self.bound('!')).toEqual([self, 'a', '!']);
    expect(bound.length).toBe(1);
  });

  test('what is no function is left as it is', () => {
    const value = { a: 1 };
    expect(contexts.bind(named('a'), value)).toBe(value);
  });
});

describe('a bound emitter', () => {
  test('calls its listeners in its context, the first that it was bound to', () => {
    const emitter = contexts.bind(named('a'), new EventEmitter());
    contexts.bind(named('b'), emitter);
    const heard: unknown[] = [];
    emitter.on('on', () => heard.push(['on', name()]));
    emitter.addListener('on', () => heard.push(['add', name()]));
    emitter.prependListener('on', () => heard.push(['prepend', name()]));
    contexts.with(named('caller'), () => emitter.emit('on'));
    expect(heard).toEqual([
      ['prepend', 'a'],
      ['on', 'a'],
      ['add', 'a'],
    ]);
  });

  test.each(['once', 'prependOnceListener'] as const)('calls a listener of %s once', (add) => {
    const emitter = contexts.bind(named('a'), new EventEmitter());
    const heard: unknown[] = [];
    emitter[add]('event', (value) => heard.push([value, name()]));
    emitter.emit('event', 1);
    emitter.emit('event', 2);
    expect(heard).toEqual([[1, 'a']]);
    expect(emitter.listenerCount('event')).toBe(0);
  });

  test('lets go of listeners by their own function', async () => {
    const emitter = contexts.bind(named('a'), new EventEmitter());
    const listener = () => expect.unreachable();
    for (const add of ['on', 'once', 'prependListener', 'prependOnceListener'] as const) {
      emitter[add]('event', listener);
      expect(emitter.listeners('event')).toEqual([listener]);
      emitter.off('event', listener);
      expect(emitter.listenerCount('event')).toBe(0);
    }
    const waiting = once(emitter, 'event');
    emitter.emit('event', 'told');
    expect(await waiting).toEqual(['told']);
    expect(emitter.eventNames()).toEqual([]);
  });
});
