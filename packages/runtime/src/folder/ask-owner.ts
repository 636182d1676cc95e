import { realpath } from 'node:fs/promises';
import { setTimeout as sleepFor } from 'node:timers/promises';
import { type Duration, errorFromJson, type JsonValue, throwIfAborted, toMicros } from '@holdfast/core';
import { folderErrors, ownerHungUp, ownerSilent } from './folder-errors.ts';
import { answerBytesMax, reach, readLine, writeLine } from './line-socket.ts';
import { claimNames } from './rivals.ts';
import { SocketFolder } from './socket-folder.ts';

export interface AskOwnerOptions {
  /** How long to wait for the answer. Default '5s'. */
  readonly timeout?: Duration | undefined;
  /** Ends the wait; the owner is told that nobody waits for its answer any more. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Asks the process that owns the folder at `path`, and resolves to its answer.
 *
 * @throws HoldfastError FOLDER_NOT_OWNED when nobody owns it, OWNER_SILENT, OWNER_HUNG_UP, ABORTED, and
 * whatever the owner answers with.
 */
export async function askOwner(
  path: string,
  request: JsonValue,
  { timeout = '5s', signal }: AskOwnerOptions = {},
): Promise<JsonValue> {
  throwIfAborted(signal, 'askOwner');
  const patience = Math.ceil(toMicros(timeout, 'timeout') / 1_000);
  const real = await realpath(path).catch(() => undefined);
  if (real === undefined) throw notOwned(path);
  const folder = await SocketFolder.open(real);
  try {
    for (const { name } of await claimNames(folder)) {
      const reached = await reach(folder.socket(name));
      if (reached.kind === 'dead') continue;
      if (reached.kind === 'unreachable') throw ownerSilent(path);
      const { socket } = reached;
      const waiting = new AbortController();
      const hangUp = (): void => void socket.destroy();
      signal?.addEventListener('abort', hangUp);
      try {
        writeLine(socket, { request });
        const silence = sleepFor(patience, 'silent' as const, { signal: waiting.signal });
        const line = await Promise.race([readLine(socket, answerBytesMax), silence]);
        throwIfAborted(signal, 'askOwner');
        if (line === 'silent') throw ownerSilent(path);
        return answerIn(path, line);
      } finally {
        signal?.removeEventListener('abort', hangUp);
        waiting.abort();
        socket.destroy();
      }
    }
    throw notOwned(path);
  } finally {
    await folder.close();
  }
}

function answerIn(path: string, line: JsonValue | undefined): JsonValue {
  if (typeof line !== 'object' || line === null || Array.isArray(line)) throw ownerHungUp(path);
  if ('answer' in line) return line['answer'] as JsonValue;
  throw errorFromJson((line as { error?: unknown }).error);
}

function notOwned(path: string): Error {
  return folderErrors.create('FOLDER_NOT_OWNED', {
    message: `no process owns ${path}: there is nobody to ask`,
    context: { path },
  });
}
