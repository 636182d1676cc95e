import { Session } from 'node:inspector';
import { setTimeout as wait } from 'node:timers/promises';
import { throwIfAborted } from '@holdfast/core';

/** The inspector of this thread, as far as profiles need it. */
export interface ThreadInspector {
  post<Answer>(method: string, parameters?: object): Promise<Answer>;
}

/** Does `work` with the inspector of this thread, which is let go of afterwards, and with it what it has begun. */
export async function withInspector<T>(work: (inspector: ThreadInspector) => Promise<T>): Promise<T> {
  const session = new Session();
  session.connect();
  try {
    return await work({
      post: <Answer>(method: string, parameters?: object) =>
        new Promise<Answer>((resolve, reject) => {
          session.post(method, parameters, (error, answer) => {
            if (error === null) resolve(answer as Answer);
            else reject(error);
          });
        }),
    });
  } finally {
    session.disconnect();
  }
}

/** @throws HoldfastError ABORTED. */
export async function lookFor(milliseconds: number, signal: AbortSignal): Promise<void> {
  await wait(milliseconds, undefined, { signal }).catch(() => {});
  throwIfAborted(signal, 'a profile');
}
