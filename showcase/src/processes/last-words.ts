import type { ChildProcess } from 'node:child_process';

const lengthMax = 4_000;

/** Listens to the standard error of a process; gives what it has said last. */
export function lastWordsOf({ stderr }: ChildProcess): () => string {
  let words = '';
  stderr!.on('data', (chunk) => {
    words = (words + chunk).slice(-lengthMax);
  });
  return () => words;
}
