import type { ObservedHost } from './observed-host.ts';

interface Interface {
  readonly name: string;
  readonly received: Direction;
  readonly sent: Direction;
}

interface Direction {
  readonly bytes: number;
  readonly packets: number;
  readonly errors: number;
  readonly dropped: number;
}

/** The network interfaces that the process sees: those of its host, or of its container. */
export function observeNetwork({ files, registry }: ObservedHost): void {
  const each = (name: string, unit: string, help: string, read: (direction: Direction) => number) =>
    registry.observe(
      name,
      { kind: 'counter', unit, help, labels: ['network.interface.name', 'network.io.direction'] },
      () =>
        interfacesIn(files.read('/proc/net/dev') ?? '').flatMap((one) => [
          {
            labels: { 'network.interface.name': one.name, 'network.io.direction': 'receive' },
            value: read(one.received),
          },
          {
            labels: { 'network.interface.name': one.name, 'network.io.direction': 'transmit' },
            value: read(one.sent),
          },
        ]),
    );
  each('system.network.io', 'By', 'Bytes that went through an interface.', ({ bytes }) => bytes);
  each(
    'system.network.packet.count',
    '{packet}',
    'Packets that went through an interface.',
    ({ packets }) => packets,
  );
  each('system.network.packet.dropped', '{packet}', 'Packets that were dropped.', ({ dropped }) => dropped);
  each('system.network.errors', '{error}', 'Errors of an interface.', ({ errors }) => errors);
}

/** Those in `/proc/net/dev` that ever had something to do. */
function interfacesIn(text: string): Interface[] {
  return text.split('\n').flatMap((line) => {
    const match = /^\s*(\S+):\s*(.*)$/.exec(line);
    if (match === null) return [];
    const numbers = match[2]!.trim().split(/\s+/).map(Number);
    const received = directionOf(numbers);
    const sent = directionOf(numbers.slice(8));
    return received.packets + sent.packets === 0 ? [] : [{ name: match[1]!, received, sent }];
  });
}

function directionOf([bytes = 0, packets = 0, errors = 0, dropped = 0]: readonly number[]): Direction {
  return { bytes, packets, errors, dropped };
}
