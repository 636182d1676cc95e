import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { letThrough } from './let-through.ts';

/** The user that owns MariaDB on Debian. The server does not run as root unless it is told to. */
const ownUser = 'mysql';

/** Makes a data folder in `folder` where there is none, and starts a server on it that stays in the foreground. */
export function startMariadb(
  program: string,
  { port, folder }: { readonly port: number; readonly folder: string },
  settings: Readonly<Record<string, string | number>> = {},
): ChildProcess {
  const isRoot = process.getuid?.() === 0;
  const data = join(folder, 'data');
  const user = isRoot ? [`--user=${ownUser}`] : [];
  if (isRoot) {
    letThrough(dirname(folder));
    chownSync(folder, numberOf('-u'), numberOf('-g'));
  }
  if (!existsSync(data)) {
    const args = ['--no-defaults', ...user, `--datadir=${data}`, '--skip-test-db'];
    run('mariadb-install-db', [...args, '--auth-root-authentication-method=normal']);
  }
  const all = { port, bind_address: '127.0.0.1', socket: join(folder, 'socket'), ...settings };
  const options = Object.entries(all).map(([name, value]) => `--${name}=${value}`);
  return spawn(program, ['--no-defaults', ...user, `--datadir=${data}`, ...options], { stdio: 'ignore' });
}

function numberOf(flag: '-u' | '-g'): number {
  return Number(run('id', [flag, ownUser]));
}

function run(program: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} failed: ${error?.message ?? stderr}`);
  return stdout;
}
