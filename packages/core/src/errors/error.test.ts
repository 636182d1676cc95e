import { createContext, runInContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { isHoldfastError } from './brand.ts';
import { defineErrors } from './catalogue.ts';
import { HoldfastError } from './error.ts';

const errors = defineErrors({
  JOURNAL_FULL: {
    severity: 'high',
    category: 'unavailable',
    retryable: 'safe',
    executed: 'no',
  },
});

describe('what an error says', () => {
  test('comes from its catalogue entry', () => {
    const cause = new Error('ENOSPC');
    const error = errors.create('JOURNAL_FULL', { message: 'journal a is full', cause, retryAfter: 500 });
    expect(error).toMatchObject({
      name: 'HoldfastError',
      code: 'JOURNAL_FULL',
      message: 'journal a is full',
      severity: 'high',
      category: 'unavailable',
      retryable: 'safe',
      executed: 'no',
      retryAfter: 500,
      cause,
      causes: [],
      context: {},
      origin: {},
    });
    expect(String(error)).toBe('HoldfastError: journal a is full');
    expect(Object.isFrozen(errors.definitions.JOURNAL_FULL)).toBe(true);
  });

  test('may be overridden by what only the occurrence knows', () => {
    const error = errors.create('JOURNAL_FULL', {
      message: 'm',
      severity: 'critical',
      retryable: 'never',
      executed: 'maybe',
    });
    expect(error).toMatchObject({ severity: 'critical', retryable: 'never', executed: 'maybe' });
  });

  test('cannot be changed through what it was made from, nor through itself', () => {
    const context = { path: '/a', sizes: [1] };
    const causes = [new Error('one')];
    const origin = { component: 'journal' };
    const error = errors.create('JOURNAL_FULL', { message: 'm', context, causes, origin });
    context.sizes.push(2);
    causes.pop();
    origin.component = 'other';
    expect(error).toMatchObject({ context: { sizes: [1] }, origin: { component: 'journal' } });
    expect(error.causes).toHaveLength(1);
    expect(() => (error.context['sizes'] as number[]).push(3)).toThrow(TypeError);
    expect(() => Object.assign(error.origin, { attempt: 2 })).toThrow(TypeError);
  });

  test('has no cause property unless a cause was given', () => {
    expect('cause' in errors.create('JOURNAL_FULL', { message: 'm' })).toBe(false);
  });
});

describe('stack', () => {
  test('is there by default and holds no frame on request', () => {
    expect(errors.create('JOURNAL_FULL', { message: 'm' }).stack).toContain('error.test.ts');
    const stackless = errors.create('JOURNAL_FULL', { message: 'm', stack: false });
    expect(stackless.stack).toBe('HoldfastError: m');
  });

  test('leaves the limit of other stacks alone, even when the constructor fails half way', () => {
    const limit = Error.stackTraceLimit;
    errors.create('JOURNAL_FULL', { message: 'm', stack: false });
    const unprintable = Symbol('no text') as unknown as string;
    expect(() => errors.create('JOURNAL_FULL', { message: unprintable, stack: false })).toThrow(TypeError);
    expect(Error.stackTraceLimit).toBe(limit);
    expect(new Error('after').stack).toContain('error.test.ts');
  });
});

describe('recognition', () => {
  test('a second copy of the package', async () => {
    const copy = (await import('./error.ts?copy' as string)) as typeof import('./error.ts');
    expect(copy.HoldfastError).not.toBe(HoldfastError);
    const foreign = new copy.HoldfastError(errors.definitions.JOURNAL_FULL, { message: 'm' });
    expect(isHoldfastError(foreign)).toBe(true);
    expect(foreign).toBeInstanceOf(HoldfastError);
    expect(errors.create('JOURNAL_FULL', { message: 'm' })).toBeInstanceOf(copy.HoldfastError);
  });

  test('another realm', () => {
    const realm = createContext({ ours: errors.create('JOURNAL_FULL', { message: 'm' }) });
    expect(runInContext(`ours[Symbol.for('@holdfast/core/error')]`, realm)).toBe(true);
    const theirs = runInContext(
      `class Copy extends Error {}
       Object.defineProperty(Copy.prototype, Symbol.for('@holdfast/core/error'), { value: true });
       new Copy('theirs')`,
      realm,
    );
    expect(theirs).not.toBeInstanceOf(Error);
    expect(theirs).toBeInstanceOf(HoldfastError);
  });

  test('a subclass is told from its siblings', () => {
    class ShopError extends HoldfastError {}
    class BankError extends HoldfastError {}
    const error = new ShopError(errors.definitions.JOURNAL_FULL, { message: 'm' });
    expect(error).toBeInstanceOf(HoldfastError);
    expect(error).toBeInstanceOf(ShopError);
    expect(error).not.toBeInstanceOf(BankError);
  });

  test('anything else, however hostile, is refused without a throw', () => {
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    for (const value of [undefined, null, 'JOURNAL_FULL', 1, new Error('m'), {}, () => 1, revoked.proxy]) {
      expect(isHoldfastError(value)).toBe(false);
    }
  });
});
