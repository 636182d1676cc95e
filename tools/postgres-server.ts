import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { letThrough } from './let-through.ts';

/** The user that owns PostgreSQL on Debian. The server refuses to run as root. */
const ownUser = 'postgres';

/** Makes a database cluster in `folder` where there is none, and starts a server on it that stays in the foreground. */
export function startPostgres(
  program: string,
  { port, folder }: { readonly port: number; readonly folder: string },
  settings: Readonly<Record<string, string | number>> = {},
): ChildProcess {
  const identity = process.getuid?.() === 0 ? identityOf(ownUser) : {};
  if (identity.uid !== undefined && identity.gid !== undefined) {
    letThrough(dirname(folder));
    chownSync(folder, identity.uid, identity.gid);
  }
  const data = join(folder, 'data');
  if (!existsSync(data)) {
    const args = ['--pgdata', data, '--username', 'postgres', '--auth', 'trust', '--encoding', 'UTF8'];
    const initdb = join(dirname(program), 'initdb');
    run(initdb, [...args, '--locale', 'C.UTF-8', '--no-sync'], { cwd: folder, ...identity });
    mkdirSync(join(folder, 'socket'));
    if (identity.uid !== undefined && identity.gid !== undefined) {
      chownSync(join(folder, 'socket'), identity.uid, identity.gid);
    }
  }
  const all = { listen_addresses: '127.0.0.1', unix_socket_directories: join(folder, 'socket'), ...settings };
  const options = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return spawn(program, ['-D', data, '-p', `${port}`, ...options], {
    stdio: 'ignore',
    cwd: folder,
    ...identity,
  });
}

function identityOf(user: string): { uid?: number; gid?: number } {
  const id = (flag: string) => Number(run('id', [flag, user], {}));
  return { uid: id('-u'), gid: id('-g') };
}

function run(
  program: string,
  args: readonly string[],
  options: { cwd?: string; uid?: number; gid?: number },
): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { ...options, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} failed: ${error?.message ?? stderr}`);
  return stdout;
}
