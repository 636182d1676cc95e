import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const sources = ['main.go', 'known_spans.go', 'stock_service.go', 'otlp_exporter.go'];

/** Builds the program of this folder into `folder`, against Debian's package of the SDK, and returns its path. */
export async function buildGoProgram(folder: string): Promise<string> {
  const go = process.env['HOLDFAST_GO_PROGRAM'];
  if (go === undefined) {
    throw new Error('HOLDFAST_GO_PROGRAM is not set: run these tests with npm run test:services');
  }
  const program = join(folder, 'traced');
  const env = {
    ...process.env,
    GO111MODULE: 'off',
    GOPATH: '/usr/share/gocode',
    GOCACHE: join(tmpdir(), 'holdfast-go-cache'),
    CGO_ENABLED: '0',
  };
  const cwd = fileURLToPath(new URL('.', import.meta.url));
  await promisify(execFile)(go, ['build', '-o', program, ...sources], { env, cwd });
  return program;
}
