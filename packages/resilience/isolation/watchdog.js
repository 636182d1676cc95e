// Ends its process when the parent is gone, even while the process's own event loop is blocked.
import { workerData } from 'node:worker_threads';

setInterval(() => {
  if (process.ppid !== workerData.parent) process.kill(process.pid, 'SIGKILL');
}, 250);
