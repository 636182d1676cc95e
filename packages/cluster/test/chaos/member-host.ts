import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HostNetwork } from './host-network.ts';

const clockLibrary = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1';
/** The disk of a host, in memory so that it can be filled: large enough for a run, small enough to fill. */
const diskBytes = 192 * 1024 * 1024;
/** How long a member that has ended stays down, as a supervisor would have it. */
const restartMillis = 400;

/** One member: its process, disk and clock, and what can be done to them. Restarts a process that ends by itself. */
export class MemberHost {
  readonly index: number;
  /** How often its process ended without being told to, with what it said last. */
  readonly ends: string[] = [];
  readonly #network: HostNetwork;
  readonly #folder: string;
  readonly #command: readonly string[];
  #process: ChildProcess | undefined;
  #tracer: ChildProcess | undefined;
  #restart: NodeJS.Timeout | undefined;
  /** Whether it was killed, and is to start again as soon as it has ended. */
  #killed = false;
  #startsAfterEnd = false;
  #stopped = false;

  /** `command` starts the member; its data lie in `dataFolder`. */
  constructor(
    network: HostNetwork,
    index: number,
    folder: string,
    command: (host: MemberHost) => readonly string[],
  ) {
    this.index = index;
    this.#network = network;
    this.#folder = folder;
    mkdirSync(this.disk, { recursive: true });
    mountMemory(this.disk);
    this.setClock(0);
    this.#command = command(this);
  }

  get address(): string {
    return this.#network.addressOf(this.index);
  }

  get disk(): string {
    return join(this.#folder, `disk-${this.index}`);
  }

  get dataFolder(): string {
    return join(this.disk, 'data');
  }

  get logFile(): string {
    return join(this.#folder, `member-${this.index}.log`);
  }

  get running(): boolean {
    return this.#process !== undefined;
  }

  start(): void {
    this.#startsAfterEnd = this.#killed;
    if (this.#process !== undefined || this.#stopped) return;
    const log = openSync(this.logFile, 'a');
    const [program, ...args] = this.#network.onHost(this.index, ...this.#command);
    const child = spawn(program!, args, {
      stdio: ['ignore', log, log],
      env: {
        ...process.env,
        LD_PRELOAD: clockLibrary,
        FAKETIME_TIMESTAMP_FILE: this.#clockFile,
        FAKETIME_DONT_FAKE_MONOTONIC: '1',
        FAKETIME_CACHE_DURATION: '1',
      },
    });
    closeSync(log);
    this.#process = child;
    child.once('exit', (code, signal) => {
      this.#process = undefined;
      this.#killed = false;
      if (this.#startsAfterEnd) this.start();
      if (this.#stopped || signal === 'SIGKILL') return;
      this.ends.push(
        `exit ${code ?? signal}: ${readFileSync(this.logFile, 'utf8').trimEnd().split('\n').at(-1)}`,
      );
      this.#restart = setTimeout(() => this.start(), restartMillis);
    });
  }

  kill(): void {
    clearTimeout(this.#restart);
    this.#startsAfterEnd = false;
    this.#killed = this.#process?.kill('SIGKILL') ?? false;
  }

  pause(): void {
    this.#process?.kill('SIGSTOP');
  }

  resume(): void {
    this.#process?.kill('SIGCONT');
  }

  /** Its wall clock is `seconds` ahead of the true one from now on. */
  setClock(seconds: number): void {
    writeFileSync(this.#clockFile, `${seconds < 0 ? '-' : '+'}${Math.abs(seconds)}`);
  }

  /** Fills its disk but for `freeBytes`. */
  fillDisk(freeBytes: number): void {
    const free = Number(
      spawnSync('df', ['--output=avail', '--block-size=1', this.disk], { encoding: 'utf8' }).stdout.split(
        '\n',
      )[1],
    );
    spawnSync('fallocate', ['--length', `${Math.max(1, free - freeBytes)}`, this.#ballast]);
  }

  freeDisk(): void {
    rmSync(this.#ballast, { force: true });
  }

  /** Has its next flush fail as a broken disk would. */
  failFlush(): void {
    const pid = this.#process?.pid;
    if (pid === undefined || this.#tracer !== undefined) return;
    const inject = ['inject=pwrite64,fdatasync,fsync:error=EIO:when=1'];
    this.#tracer = spawn('strace', ['-f', '-qq', '-o', '/dev/null', '-p', `${pid}`, '-e', inject[0]!], {
      stdio: 'ignore',
    });
    this.#tracer.once('exit', () => {
      this.#tracer = undefined;
    });
  }

  mendFlush(): void {
    this.#tracer?.kill('SIGTERM');
  }

  /** Undoes all that was done to it, and sees that it runs. */
  heal(): void {
    this.resume();
    this.mendFlush();
    this.freeDisk();
    this.setClock(0);
    this.start();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#restart);
    this.mendFlush();
    const child = this.#process;
    if (child !== undefined) {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGCONT');
      child.kill('SIGKILL');
      await ended;
    }
    spawnSync('umount', [this.disk]);
  }

  get #clockFile(): string {
    return join(this.#folder, `clock-${this.index}`);
  }

  get #ballast(): string {
    return join(this.disk, 'ballast');
  }
}

function mountMemory(folder: string): void {
  const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${diskBytes}`, 'tmpfs', folder], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`mount ${folder}: ${stderr}`);
}
