import { AsyncLocalStorage } from 'node:async_hooks';
import { expect, test } from 'vitest';
import { captureAsyncContext } from './async-context.ts';

test('goes on in the chain of calls that it was captured in, with this and an argument', () => {
  const user = new AsyncLocalStorage<string>();
  const context = user.run('ada', captureAsyncContext);
  function greet(this: { greeting: string }, mark: string): string {
    return `${this.greeting} ${user.getStore()}${mark}`;
  }
  const greeting = user.run('bob', () => context?.runInAsyncScope(greet, { greeting: 'hello' }, '!'));
  expect(greeting).toBe('hello ada!');
});
