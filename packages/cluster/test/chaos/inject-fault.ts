import type { Fault } from './fault.ts';
import type { HostNetwork } from './host-network.ts';
import type { MemberHost } from './member-host.ts';

/** Does to hosts and network what `fault` says. */
export function injectFault(fault: Fault, hosts: readonly MemberHost[], network: HostNetwork): void {
  switch (fault.kind) {
    case 'kill':
      hosts[fault.host]!.kill();
      break;
    case 'start':
      hosts[fault.host]!.start();
      break;
    case 'pause':
      hosts[fault.host]!.pause();
      break;
    case 'resume':
      hosts[fault.host]!.resume();
      break;
    case 'cut':
      network.cut(fault.from, fault.to);
      break;
    case 'isolate':
      for (const { index } of hosts) {
        if (index === fault.host) continue;
        network.cut(index, fault.host);
        network.cut(fault.host, index);
      }
      break;
    case 'slow':
      network.slow(fault.host, fault.kilobits, 200);
      break;
    case 'heal-network':
      network.heal();
      break;
    case 'fill-disk':
      hosts[fault.host]!.fillDisk(fault.freeBytes);
      break;
    case 'free-disk':
      hosts[fault.host]!.freeDisk();
      break;
    case 'fail-flush':
      hosts[fault.host]!.failFlush();
      break;
    case 'mend-flush':
      hosts[fault.host]!.mendFlush();
      break;
    case 'step-clock':
      hosts[fault.host]!.setClock(fault.seconds);
      break;
  }
}
