import { type ChildProcess, fork } from 'node:child_process';
import { type MessageFromWorker, workerProgram } from './isolation-messages.ts';
import type { StartWorker, WorkerLink, WorkerListener } from './worker-link.ts';

/** Starts workers that are processes of their own. They end with this one, however it ends. */
export function startProcess(heapMegabytesMax: number | undefined): StartWorker {
  const flags = heapMegabytesMax === undefined ? [] : [`--max-old-space-size=${heapMegabytesMax}`];
  return (listener) => linkProcess(flags, listener);
}

function linkProcess(execArgv: string[], listener: WorkerListener): WorkerLink {
  const child = fork(workerProgram, [], {
    execArgv,
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  child.on('error', () => child.kill('SIGKILL')); // Nothing reaches it any longer; or it has never been there.
  if (child.pid === undefined) throw new Error('the operating system starts no further process');
  child.on('message', (message) => listener.heard(message as MessageFromWorker));
  child.on('exit', (code, signal) => {
    listener.ended({ how: signal === null ? `exit code ${code}` : `signal ${signal}` });
  });
  return {
    id: child.pid,
    send: (message) => child.send(message),
    hold: (held) => holdProcess(child, held),
    kill: () => child.kill('SIGKILL'),
  };
}

function holdProcess(child: ChildProcess, held: boolean): void {
  if (held) {
    child.ref();
    child.channel?.ref();
  } else {
    child.unref();
    child.channel?.unref();
  }
}
