import type { ChildProcess } from 'node:child_process';
import type { ServiceName } from '../shop/services.ts';
import type { MemberName } from '../store/members.ts';
import type { Guarded } from './guarded.ts';
import { lastWordsOf } from './last-words.ts';
import type { ProcessMessage, Vitals } from './messages.ts';
import type { Usage } from './usage.ts';

export type ProcessName = ServiceName | MemberName;
export type ProcessState = 'starting' | 'up' | 'paused' | 'down';

/** A process of a shop through all its lives: started, killed, paused, and started again. */
export abstract class LivingProcess<Said extends Vitals> {
  readonly name: ProcessName;
  state: ProcessState = 'down';
  vitals: Said;
  protected child: ChildProcess | undefined;
  private readonly guarded: Guarded;
  private readonly crashed: (why: string) => void;
  private readonly noVitals: Said;
  /** What its earlier lives have taken. */
  private past = { cpuMillis: 0, toldBytes: 0 };

  /**
   * @param noVitals - for when it says nothing.
   * @param crashed - hears of an end that nobody asked for.
   */
  constructor(name: ProcessName, guarded: Guarded, noVitals: Said, crashed: (why: string) => void) {
    this.name = name;
    this.guarded = guarded;
    this.noVitals = noVitals;
    this.vitals = noVitals;
    this.crashed = crashed;
  }

  /** What all its lives together have taken, and the memory of the present one. */
  get usage(): Usage {
    const { residentBytes, cpuMillis, toldBytes } = this.vitals.usage;
    return {
      residentBytes,
      cpuMillis: this.past.cpuMillis + cpuMillis,
      toldBytes: this.past.toldBytes + toldBytes,
    };
  }

  /** Starts it; resolves when it is ready, or has ended. Rejects when its port is taken. */
  start(): Promise<void> {
    if (this.child !== undefined) return Promise.resolve();
    this.state = 'starting';
    const child = this.launch();
    this.child = child;
    this.guarded.watch(child);
    const lastWords = lastWordsOf(child);
    return new Promise((resolve, reject) => {
      child.on('message', (message: ProcessMessage<Said>) => {
        if (message.type === 'vitals' && this.child === child) this.vitals = message.vitals;
        if (message.type === 'cannot-listen') {
          this.kill();
          reject(this.portTaken(message.code));
        }
        if (message.type === 'ready') {
          if (this.state === 'starting') this.state = 'up';
          this.ready();
          resolve();
        }
      });
      child.once('exit', (code, signal) => {
        const wanted = this.child !== child;
        if (!wanted) this.ended();
        if (!wanted)
          this.crashed(`ended by itself (${signal ?? `exit code ${code}`})\n${lastWords()}`.trimEnd());
        resolve();
      });
    });
  }

  kill(): void {
    const { child } = this;
    if (child === undefined) return;
    this.ended();
    child.kill('SIGKILL');
  }

  pause(): void {
    if (this.state !== 'up') return;
    this.child!.kill('SIGSTOP');
    this.state = 'paused';
  }

  resume(): void {
    if (this.state !== 'paused') return;
    this.child!.kill('SIGCONT');
    this.state = 'up';
  }

  /** Kills it, and resolves when it is gone. */
  async stop(): Promise<void> {
    const { child } = this;
    if (child === undefined) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    this.kill();
    await gone;
  }

  /** Starts the next life, with its standard error in a pipe. */
  protected abstract launch(): ChildProcess;

  /** Why it cannot be started on its port. */
  protected abstract portTaken(code: string): Error;

  /** It is there, and can be spoken to. */
  protected ready(): void {}

  /** A life is over. */
  protected ended(): void {
    const { cpuMillis, toldBytes } = this.vitals.usage;
    this.past = {
      cpuMillis: this.past.cpuMillis + cpuMillis,
      toldBytes: this.past.toldBytes + toldBytes,
    };
    this.child = undefined;
    this.state = 'down';
    this.vitals = this.noVitals;
  }
}
