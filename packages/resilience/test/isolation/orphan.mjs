// A parent that starts a child process which never answers, says its pid, and waits to be killed.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const inside = fileURLToPath(new URL('../../isolation/worker.js', import.meta.url));
const child = fork(inside, [new URL('tasks.mjs', import.meta.url).href], { serialization: 'advanced' });
child.send({ type: 'run', call: 1, name: 'spin', input: undefined });
setTimeout(() => console.log(child.pid), 300);
