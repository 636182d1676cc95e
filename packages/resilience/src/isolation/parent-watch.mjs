// Runs as a thread of an isolated process, and ends that process soon after its parent is gone. The process
// notices by itself, but not while the user's code blocks it.
import process from 'node:process';
import { workerData as parent } from 'node:worker_threads';

const intervalMilliseconds = 250;

setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
}, intervalMilliseconds);
