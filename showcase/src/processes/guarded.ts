import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GuardianMessage } from './guardian.ts';
import { startProcess } from './start.ts';

/** The temporary folder and the processes of one showcase, which the guardian clears away when it ends. */
export class Guarded {
  readonly folder: string;
  private readonly guardian: ChildProcess;

  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'holdfast-showcase-'));
    // In a session of its own: what is done to the showcase's group of processes does not hit it.
    this.guardian = startProcess('processes/guardian', this.folder, { detached: true, stdio: 'ignore' });
    this.guardian.on('error', () => {});
  }

  /** Has `child` killed should it be there when the showcase is not any more. */
  watch(child: ChildProcess): void {
    const { pid } = child;
    if (pid === undefined) return;
    this.tell({ watch: pid });
    child.once('exit', () => this.tell({ unwatch: pid }));
  }

  /** Kills what is left, removes the folder, and lets the guardian go. */
  async release(): Promise<void> {
    if (this.guardian.exitCode !== null) return;
    const gone = once(this.guardian, 'exit');
    if (this.guardian.connected) this.guardian.disconnect();
    await gone;
  }

  private tell(message: GuardianMessage): void {
    if (this.guardian.connected) this.guardian.send(message);
  }
}
