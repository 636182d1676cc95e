import type { ChildProcess } from 'node:child_process';
import type { Guarded } from './guarded.ts';
import { LivingProcess } from './living-process.ts';
import type { MemberOrder, MemberVitals } from './messages.ts';
import { PortTaken } from './ports.ts';
import { startProcess } from './start.ts';
import { noUsage } from './usage.ts';

const noVitals: MemberVitals = { role: 'elects', term: 0, usage: noUsage };

/** One member of the store. */
export class MemberProcess extends LivingProcess<MemberVitals> {
  private readonly order: MemberOrder;

  constructor(order: MemberOrder, guarded: Guarded, crashed: (why: string) => void) {
    super(order.member, guarded, noVitals, crashed);
    this.order = order;
  }

  protected override launch(): ChildProcess {
    return startProcess('store/main', JSON.stringify(this.order), {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
  }

  protected override portTaken(code: string): Error {
    const { ports, member } = this.order;
    return new PortTaken(ports[member].native, member, code);
  }
}
