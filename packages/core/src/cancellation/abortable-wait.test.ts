import { describe, expect, test } from 'vitest';
import { AbortableWait } from './abortable-wait.ts';

describe('AbortableWait', () => {
  test('gives what its owner settles it with, and then hears no signal any more', async () => {
    const abort = new AbortController();
    const wait = new AbortableWait<number>('wait', abort.signal);
    wait.resolve(7);
    abort.abort();
    expect(await wait.promise).toBe(7);
    const failed = new AbortableWait('wait', undefined);
    failed.reject(new Error('no'));
    await expect(failed.promise).rejects.toThrow('no');
  });

  test('is ended by its signal, named after its operation, whatever its owner says later', async () => {
    const abort = new AbortController();
    const wait = new AbortableWait('waiting for Godot', abort.signal);
    abort.abort(new Error('enough'));
    wait.resolve();
    await expect(wait.promise).rejects.toMatchObject({
      code: 'ABORTED',
      message: 'waiting for Godot was aborted by its caller: enough',
    });
  });
});
