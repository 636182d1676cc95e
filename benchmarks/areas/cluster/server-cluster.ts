import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { folderOnDisk } from '../../harness/folder-on-disk.ts';

/** How one system's servers are started; both get the same folders, ports and arguments of the same meaning. */
export interface ServerProgram {
  readonly name: string;
  /** The command line of a member: program and arguments. */
  command(member: MemberPlace, all: readonly MemberPlace[]): readonly string[];
}

export interface MemberPlace {
  readonly name: string;
  readonly folder: string;
  readonly clientPort: number;
  readonly peerPort: number;
  /** For clients of another protocol; unused where there is none. */
  readonly nativePort: number;
}

export interface ClusterSize {
  /** Default 3. */
  readonly members?: number;
  /** How many of them, the first ones, are started at once. Default all. */
  readonly started?: number;
  /** Options for each member, which both systems' servers know. */
  readonly flags?: readonly string[];
}

/** Members of one system as processes of their own on loopback, each with a folder on the same disk. */
export class ServerCluster {
  readonly places: readonly MemberPlace[];
  readonly #program: ServerProgram;
  readonly #folder: string;
  readonly #flags: readonly string[];
  readonly #processes: (ChildProcess | undefined)[] = [];
  readonly #told: string[] = [];

  private constructor(
    program: ServerProgram,
    folder: string,
    places: readonly MemberPlace[],
    flags: readonly string[],
  ) {
    this.#program = program;
    this.#folder = folder;
    this.#flags = flags;
    this.places = places;
  }

  static async start(
    program: ServerProgram,
    { members = 3, started = members, flags = [] }: ClusterSize = {},
  ): Promise<ServerCluster> {
    const folder = mkdtempSync(join(folderOnDisk(), `bench-${program.name}-`));
    const places: MemberPlace[] = [];
    for (let member = 0; member < members; member++) {
      places.push({
        name: `member-${member}`,
        folder: join(folder, `member-${member}`),
        clientPort: await freePort(),
        peerPort: await freePort(),
        nativePort: await freePort(),
      });
    }
    const cluster = new ServerCluster(program, folder, places, flags);
    for (let member = 0; member < started; member++) cluster.startMember(member);
    return cluster;
  }

  get endpoints(): string {
    return this.places.map(({ clientPort }) => `127.0.0.1:${clientPort}`).join(',');
  }

  get nativeEndpoints(): string {
    return this.places.map(({ nativePort }) => `127.0.0.1:${nativePort}`).join(',');
  }

  /** Those of members that were started, in their order. */
  get pids(): readonly number[] {
    return this.#processes.map((child) => child!.pid!);
  }

  startMember(index: number): void {
    const [program, ...args] = [...this.#program.command(this.places[index]!, this.places), ...this.#flags];
    const child = spawn(program!, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#processes[index] = child;
    this.#told[index] = '';
    child.stderr.on('data', (piece) => {
      this.#told[index] += piece;
      process.stderr.write(piece);
    });
  }

  /** What a member has told its operator since it was started. */
  told(index: number): string {
    return this.#told[index] ?? '';
  }

  /** Processor seconds that all members have used so far. */
  cpuSeconds(): number {
    return this.#sum((pid) => {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
      return (Number(fields[11]) + Number(fields[12])) / 100;
    });
  }

  /** Bytes of memory that a member has resident. */
  residentBytes(index: number): number {
    return this.#memory(index, 'VmRSS');
  }

  /** The most that it has had resident since it was started, or since the peak was forgotten. */
  peakBytes(index: number): number {
    return this.#memory(index, 'VmHWM');
  }

  forgetPeak(index: number): void {
    writeFileSync(`/proc/${this.#processes[index]!.pid}/clear_refs`, '5');
  }

  async stop(): Promise<void> {
    await Promise.all(
      this.#processes.map((child) => {
        if (child === undefined || child.exitCode !== null || child.signalCode !== null) return undefined;
        const ended = new Promise((resolve) => child.once('exit', resolve));
        child.kill('SIGKILL');
        return ended;
      }),
    );
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #memory(index: number, field: string): number {
    const status = readFileSync(`/proc/${this.#processes[index]!.pid}/status`, 'utf8');
    return Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1]) * 1024;
  }

  #sum(figure: (pid: number) => number): number {
    let sum = 0;
    for (const child of this.#processes) {
      if (child?.pid !== undefined && child.exitCode === null && child.signalCode === null) {
        sum += figure(child.pid);
      }
    }
    return sum;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
