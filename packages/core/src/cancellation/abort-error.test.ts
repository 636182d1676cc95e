import { describe, expect, test } from 'vitest';
import { throwIfAborted, toAbortError } from './abort-error.ts';

describe('throwIfAborted', () => {
  test('throws ABORTED with the operation and the reason', () => {
    const reason = new Error('shutting down');
    expect(() => throwIfAborted(AbortSignal.abort(reason), 'append')).toThrow(
      expect.objectContaining({
        code: 'ABORTED',
        message: 'append was aborted by its caller: shutting down',
        cause: reason,
        origin: { operation: 'append' },
      }),
    );
  });

  test('does nothing without a signal, or before it aborts', () => {
    throwIfAborted(undefined, 'append');
    throwIfAborted(new AbortController().signal, 'append');
  });
});

describe('toAbortError', () => {
  test('keeps an ABORTED error and wraps every other reason', () => {
    const inner = toAbortError('enough', 'inner');
    expect(toAbortError(inner, 'outer')).toBe(inner);
    expect(inner.message).toContain('enough');
    for (const reason of [undefined, null, 7, new DOMException('late', 'TimeoutError')]) {
      expect(toAbortError(reason, 'read')).toMatchObject({ code: 'ABORTED', cause: reason });
    }
  });
});
