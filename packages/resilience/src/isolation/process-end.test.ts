import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { isAlive } from '../../test/is-alive.ts';

const program = fileURLToPath(new URL('../../test/isolating-process.ts', import.meta.url));
const patience = 60_000;

function start(mode: 'idle' | 'busy') {
  const flags = ['--conditions=@holdfast/source', '--import', 'tsx'];
  const child = spawn(process.execPath, [...flags, program, mode], { stdio: ['ignore', 'pipe', 'inherit'] });
  const output = new Promise<string>((resolve) => child.stdout.once('data', (data) => resolve(String(data))));
  const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { child, output, exit };
}

test(
  'idle workers do not keep the process alive',
  async () => {
    const { output, exit } = start('idle');
    expect(await output).toBe('3 7\n');
    expect(await exit).toBe(0);
  },
  patience,
);

test(
  'worker processes end with their parent, even a blocked one when the parent is killed',
  async () => {
    const { child, output } = start('busy');
    const workers = (await output).trim().split(' ').map(Number);
    expect(workers.map(isAlive)).toEqual([true, true]);
    child.kill('SIGKILL');
    while (workers.some(isAlive)) await new Promise((resolve) => setTimeout(resolve, 50));
  },
  patience,
);
