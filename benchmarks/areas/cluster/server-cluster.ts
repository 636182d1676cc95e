import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { folderOnDisk } from './folder.ts';

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

/** Three members of one system as processes of their own on loopback, each with a folder on the same disk. */
export class ServerCluster {
  readonly places: readonly MemberPlace[];
  readonly #program: ServerProgram;
  readonly #folder: string;
  readonly #processes: (ChildProcess | undefined)[] = [];

  private constructor(program: ServerProgram, folder: string, places: readonly MemberPlace[]) {
    this.#program = program;
    this.#folder = folder;
    this.places = places;
  }

  static async start(program: ServerProgram, members = 3): Promise<ServerCluster> {
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
    const cluster = new ServerCluster(program, folder, places);
    for (let member = 0; member < members; member++) cluster.startMember(member);
    return cluster;
  }

  get endpoints(): string {
    return this.places.map(({ clientPort }) => `127.0.0.1:${clientPort}`).join(',');
  }

  get nativeEndpoints(): string {
    return this.places.map(({ nativePort }) => `127.0.0.1:${nativePort}`).join(',');
  }

  startMember(index: number): void {
    const [program, ...args] = this.#program.command(this.places[index]!, this.places);
    this.#processes[index] = spawn(program!, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  }

  kill(index: number): void {
    this.#processes[index]?.kill('SIGKILL');
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
    const status = readFileSync(`/proc/${this.#processes[index]!.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) * 1024;
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
