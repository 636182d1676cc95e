import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import type { TelemetryOrder } from '../telemetry/tell.ts';
import type { Guarded } from './guarded.ts';
import { lastWordsOf } from './last-words.ts';
import type { Vitals } from './messages.ts';
import { startProcess } from './start.ts';
import { noUsage, type Usage } from './usage.ts';

/** What the console is started with, as JSON in its first argument. */
export interface ConsoleOrder {
  readonly dataDir: string;
  readonly port: number;
  readonly token: string;
  readonly adminToken: string;
}

export type ConsoleMessage =
  | { readonly type: 'ready'; readonly url: string }
  | { readonly type: 'vitals'; readonly vitals: Vitals };

const usualPort = 7400;

/** The console that watches the shop. */
export class ConsoleProcess {
  readonly name: string = 'console';
  usage: Usage = noUsage;
  /** Its page, without a slash at its end. */
  readonly url: string;
  readonly token: string;
  private readonly child: ChildProcess;
  /** What processes need to tell it of themselves. */
  readonly order: TelemetryOrder;

  private constructor(url: string, child: ChildProcess, { token, adminToken }: ConsoleOrder) {
    this.url = url;
    this.child = child;
    this.token = token;
    this.order = { endpoint: url, adminToken };
    child.on('message', (message: ConsoleMessage) => {
      if (message.type === 'vitals') this.usage = message.vitals.usage;
    });
  }

  /** The page as a person opens it, who may then also act. */
  get address(): string {
    return `${this.url}/#token=${this.token}`;
  }

  /** Kills it, and resolves when it is gone. */
  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await gone;
  }

  /** @param dataDir - where it keeps what it is told; without it, in a folder that goes when the showcase ends */
  static async start(guarded: Guarded, dataDir?: string): Promise<ConsoleProcess> {
    const order: ConsoleOrder = {
      dataDir: dataDir ?? join(guarded.folder, `console-${Date.now()}`),
      port: usualPort,
      token: secret(),
      adminToken: secret(),
    };
    const child = startProcess('processes/console-main', JSON.stringify(order), {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    guarded.watch(child);
    const lastWords = lastWordsOf(child);
    const url = await new Promise<string>((resolve, reject) => {
      child.once('message', (message: ConsoleMessage) => message.type === 'ready' && resolve(message.url));
      child.once('exit', () => reject(new Error(`the console ended before it was open\n${lastWords()}`)));
    });
    return new ConsoleProcess(url, child, order);
  }
}

function secret(): string {
  return randomBytes(24).toString('base64url');
}
