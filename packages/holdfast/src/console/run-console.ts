import { importFiles, type OpenConsole, openConsole } from '@holdfast/console';
import { isHoldfastError, toMillis, toPositiveMicros } from '@holdfast/core';
import type { Output } from '../output.ts';
import { messageOf, UsageError } from '../usage-error.ts';
import type { ConsoleFlags } from './console-flags.ts';
import { readToken } from './token-file.ts';

/** Runs a console until it is told to stop; resolves with the exit code. */
export async function runConsole(
  { tokenFile, imports, importPace, importTime, ...options }: ConsoleFlags,
  output: Output,
  signals: Pick<NodeJS.Process, 'once' | 'off'> = process,
): Promise<number> {
  const stopping = new AbortController();
  const stopped = new Promise<void>((resolve) => {
    stopping.signal.addEventListener('abort', () => resolve());
  });
  const stop = (): void => stopping.abort();
  signals.once('SIGTERM', stop);
  signals.once('SIGINT', stop);
  let opened: OpenConsole | undefined;
  try {
    const token = await readToken(tokenFile);
    opened = await openConsole({
      ...options,
      token,
      adminToken: options.adminToken,
      onTrouble: (error) => output.error(`holdfast: ${messageOf(error)}`),
    });
    for (const warning of opened.warnings) output.error(`holdfast: ${warning}`);
    output.out(`holdfast console: ${opened.url}/#token=${token}`);
    for (const listener of opened.listeners.slice(1)) output.out(`  ${listener}`);
    if (imports.length > 0) {
      const { files, spans, logs, points, rejected } = await importFiles({
        paths: imports,
        sink: opened.sink,
        pace: importPace,
        time: importTime,
        ageMax: toMillis(toPositiveMicros(options.retention, 'retention')),
        signal: stopping.signal,
      });
      output.out(
        `imported ${files} files: ${spans} spans, ${logs} logs, ${points} points of metrics; ${rejected} could not be read`,
      );
    }
    await stopped;
    return 0;
  } catch (error) {
    if (stopping.signal.aborted) return 0;
    if (error instanceof UsageError) throw error;
    if (isHoldfastError(error) && error.code === 'INVALID_ARGUMENT') throw new UsageError(error.message);
    output.error(`holdfast: ${messageOf(error)}`);
    return 1;
  } finally {
    signals.off('SIGTERM', stop);
    signals.off('SIGINT', stop);
    await opened?.close();
  }
}
