import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GuardianMessage } from './guardian.ts';
import { startProcess } from './start.ts';

/** The temporary folder and the processes of one showcase, none of which outlives it. */
export class Guarded {
  readonly folder: string;
  private readonly guardian: ChildProcess;
  private readonly children = new Set<ChildProcess>();
  private released = false;

  private constructor(folder: string, guardian: ChildProcess) {
    this.folder = folder;
    this.guardian = guardian;
  }

  /** Makes the folder, and starts the guardian for the case that there is no time to {@link release}. */
  static async open(): Promise<Guarded> {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-showcase-'));
    // In a session of its own: what is done to the showcase's group of processes does not hit it.
    const guardian = startProcess('processes/guardian', folder, { detached: true, stdio: 'ignore' });
    // Once it has spoken, it hears everything.
    await once(guardian, 'message');
    return new Guarded(folder, guardian);
  }

  /** Takes charge of `child`, which ends at the latest when the showcase does. */
  watch(child: ChildProcess): void {
    const { pid } = child;
    if (pid === undefined) return;
    this.children.add(child);
    this.tell({ watch: pid });
    child.once('exit', () => {
      this.children.delete(child);
      this.tell({ unwatch: pid });
    });
    if (this.released) child.kill('SIGKILL');
  }

  /** Kills what is left, and lets the guardian remove the folder and go. */
  async release(): Promise<void> {
    this.released = true;
    while (this.children.size > 0) {
      await Promise.all(
        [...this.children].map((child) => {
          const gone = once(child, 'exit');
          child.kill('SIGKILL');
          return gone;
        }),
      );
    }
    if (!this.guardian.connected) return;
    const gone = once(this.guardian, 'exit');
    this.guardian.disconnect();
    await gone;
  }

  private tell(message: GuardianMessage): void {
    if (this.guardian.connected) this.guardian.send(message);
  }
}
