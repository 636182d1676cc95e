import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A console in a process of its own. */
export class ConsoleChild {
  readonly url: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.url = url;
  }

  /** @param fileKilobytesMax - what a file of its may hold: what is more fails as on a full disk */
  static async start(dataDir: string, fileKilobytesMax?: number): Promise<ConsoleChild> {
    const program = fileURLToPath(new URL('console-process.ts', import.meta.url));
    const node = [process.execPath, '--import', 'tsx', '--conditions=@holdfast/source', program, dataDir];
    const limited = ['-c', `ulimit -S -f ${fileKilobytesMax}; exec "$@"`, 'bash', ...node];
    const [command, args] = fileKilobytesMax === undefined ? [node[0]!, node.slice(1)] : ['bash', limited];
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(child, 'exit').then(() => {
      throw new Error('the console has ended before it was open');
    });
    const [url] = (await Promise.race([once(createInterface({ input: child.stdout! }), 'line'), ended])) as [
      string,
    ];
    ended.catch(() => undefined);
    return new ConsoleChild(child, url);
  }

  get pid(): number {
    return this.#child.pid!;
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exited;
  }

  /** Sends spans of one trace, and gives the answer's status; throws when there is none. */
  async send(traceId: string, spans: number): Promise<number> {
    const answer = await fetch(`${this.url}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(exportOf(traceId, spans)),
    });
    await answer.arrayBuffer();
    return answer.status;
  }

  /** How many spans of each trace are stored. */
  async stored(): Promise<Map<string, number>> {
    const answer = await fetch(`${this.url}/api/v1/query`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ sql: 'SELECT trace_id, count(*)::INTEGER FROM spans GROUP BY 1' }),
    });
    const { rows } = (await answer.json()) as { rows: [string, number][] };
    return new Map(rows);
  }
}

export function newTraceId(): string {
  return crypto.randomUUID().replaceAll('-', '');
}

function exportOf(traceId: string, count: number): unknown {
  const now = BigInt(Date.now()) * 1_000_000n;
  const spans = Array.from({ length: count }, (_, index) => ({
    traceId,
    spanId: (index + 1).toString(16).padStart(16, '0'),
    name: 'work',
    kind: 2,
    startTimeUnixNano: `${now}`,
    endTimeUnixNano: `${now + 1_000_000n}`,
  }));
  const attributes = [{ key: 'service.name', value: { stringValue: 'shop' } }];
  return { resourceSpans: [{ resource: { attributes }, scopeSpans: [{ spans }] }] };
}
