import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';

/** A program that tests need and that a Debian package brings. */
export interface DebianProgram {
  readonly name: string;
  readonly debianPackage: string;
  /** The program, by name or path. */
  readonly program: string;
}

/**
 * The program's path, installed first where this is Debian and we are root; or what stands in the way. `otherwise` is
 * what one may do instead of installing it.
 */
export function provideProgram(
  { name, debianPackage, program: wanted }: DebianProgram,
  otherwise: string,
): { program: string } | { missing: string } {
  const present = findProgram(wanted);
  if (present !== undefined) return { program: present };
  const remedy = `install '${debianPackage}', or ${otherwise}`;
  if (!existsSync('/etc/debian_version') || process.getuid?.() !== 0) {
    return {
      missing: `${name} is not installed here, and only root on Debian can have it installed: ${remedy}`,
    };
  }
  console.log(`Installing ${debianPackage} ...`);
  // RUNLEVEL=1 keeps the package from starting a server of its own.
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const install = ['install', '--yes', '--no-install-recommends', debianPackage];
  for (const args of [['update', '--quiet'], install]) {
    const { status, stdout, stderr } = spawnSync('apt-get', args, { env: environment, encoding: 'utf8' });
    if (status !== 0) return { missing: `apt-get ${args.join(' ')} failed; ${remedy}\n${stdout}${stderr}` };
  }
  const program = findProgram(wanted);
  return program === undefined
    ? { missing: `${debianPackage} brought no '${wanted}'; ${remedy}` }
    : { program };
}

function findProgram(name: string): string | undefined {
  if (isAbsolute(name)) return existsSync(name) ? name : undefined;
  const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/usr/local/sbin'];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}
