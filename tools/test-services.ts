// Runs the tests that need real servers: on those that the environment names, else on servers of its own, which
// it installs (as root on Debian), starts on free ports of loopback and stops again.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { provideProgram } from './debian-program.ts';
import { programs, services } from './service-catalogue.ts';
import { namedServers, provideServer, RunningServers, variablePrefix } from './service-servers.ts';
import { repositoryRoot } from './workspace.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-services-'));
const servers = new RunningServers(folder);

let tests: ChildProcess | undefined;
let interrupted = false;
// A signal ends the tests and not this process, so that the servers are still stopped.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    interrupted = true;
    tests?.kill(signal);
  });
}

try {
  const environment: NodeJS.ProcessEnv = { ...process.env };
  const missing: string[] = [];
  for (const service of services) {
    const named = namedServers(service, process.env);
    const provided = named === undefined ? provideServer(service) : undefined;
    if (provided !== undefined && 'missing' in provided) {
      missing.push(provided.missing);
      continue;
    }
    const variables = named ?? (await servers.start(service, provided?.program ?? service.program));
    Object.assign(environment, variables);
    for (const [name, value] of Object.entries(variables)) console.log(`${name}=${value}`);
  }
  for (const program of programs) {
    const variable = `${variablePrefix(program)}_PROGRAM`;
    if (environment[variable] !== undefined) continue;
    const provided = provideProgram(program, `name it in ${variable}`);
    if ('missing' in provided) missing.push(provided.missing);
    else environment[variable] = provided.program;
  }
  process.exitCode = missing.length === 0 ? await runTests(environment) : refuse(missing);
} finally {
  await servers.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function runTests(environment: NodeJS.ProcessEnv): Promise<number> {
  if (interrupted) return 1;
  const vitest = join(repositoryRoot, 'node_modules/vitest/vitest.mjs');
  const args = [vitest, 'run', '--project', 'services', ...process.argv.slice(2)];
  tests = spawn(process.execPath, args, { cwd: repositoryRoot, env: environment, stdio: 'inherit' });
  const [code] = await once(tests, 'exit');
  return typeof code === 'number' ? code : 1;
}

function refuse(missing: readonly string[]): number {
  for (const each of missing) console.error(each);
  console.error('The tests on real servers were not run.');
  console.log(`0 passed, ${missing.length} failed`);
  return 1;
}
