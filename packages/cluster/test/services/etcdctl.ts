import { spawn } from 'node:child_process';

const program = process.env['HOLDFAST_ETCDCTL_PROGRAM'] ?? 'etcdctl';

export interface Outcome {
  readonly code: number | null;
  readonly out: string;
  /** What it says of errors, without its log lines. */
  readonly error: string;
}

export interface EtcdctlOptions {
  readonly input?: string;
  /** Ends it once it has said so many lines: for what goes on for ever. */
  readonly lines?: number;
}

/** Runs Debian's etcdctl against a server. */
export function etcdctl(
  url: string,
  args: readonly string[],
  options: EtcdctlOptions = {},
): Promise<Outcome> {
  const child = spawn(program, ['--endpoints', url, '--command-timeout', '20s', ...args], {
    env: { ...process.env, ETCDCTL_API: '3' },
  });
  let out = '';
  let error = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    if (options.lines !== undefined && out.split('\n').length > options.lines) child.kill('SIGTERM');
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    error += text;
  });
  // It may have ended before it read: its exit code says what matters.
  child.stdin.on('error', () => {}).end(options.input ?? '');
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      const plain = error.split('\n').filter((line) => !line.startsWith('{"level"'));
      resolve({ code: options.lines === undefined ? code : 0, out, error: plain.join('\n') });
    });
  });
}
