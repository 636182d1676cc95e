import { spawnSync } from 'node:child_process';

/** How the hosts' addresses begin: a private net that lives in this machine's kernel only. */
const net = '10.213.77';

/**
 * Hosts on one machine: a network namespace for each, joined by a bridge that this process is on too. Links can be cut in
 * one direction and made slow. Needs root, and Debian's iproute2 and nftables.
 */
export class HostNetwork {
  /** Where this process is on the bridge. */
  readonly address: string = `${net}.254`;
  readonly #prefix: string;
  readonly #count: number;

  private constructor(prefix: string, count: number) {
    this.#prefix = prefix;
    this.#count = count;
  }

  static open(count: number): HostNetwork {
    const network = new HostNetwork(`hf${process.pid % 10_000}`, count);
    const { bridge } = network;
    run('ip', 'link', 'add', bridge, 'type', 'bridge');
    run('ip', 'address', 'add', `${network.address}/24`, 'dev', bridge);
    run('ip', 'link', 'set', bridge, 'up');
    for (let host = 0; host < count; host++) network.#addHost(host);
    return network;
  }

  private get bridge(): string {
    return `${this.#prefix}br`;
  }

  addressOf(host: number): string {
    return `${net}.${host + 1}`;
  }

  /** The words that run a command on `host`. */
  onHost(host: number, ...command: readonly string[]): readonly string[] {
    return ['ip', 'netns', 'exec', this.#namespace(host), ...command];
  }

  /** Drops what goes from `from` to `to`, and only that. */
  cut(from: number, to: number): void {
    this.#run(
      to,
      'nft',
      'add',
      'rule',
      'inet',
      'faults',
      'input',
      'ip',
      'saddr',
      this.addressOf(from),
      'drop',
    );
  }

  /** Everything goes through again, at full speed. */
  heal(): void {
    for (let host = 0; host < this.#count; host++) {
      this.#run(host, 'nft', 'flush', 'chain', 'inet', 'faults', 'input');
      this.#run(host, 'nft', 'add', 'rule', 'inet', 'faults', 'input', 'accept');
      spawnSync('ip', ['netns', 'exec', this.#namespace(host), 'tc', 'qdisc', 'del', 'dev', 'eth0', 'root']);
    }
  }

  /** Lets `host` send no more than so much; what is more waits for up to `latency` milliseconds, or is dropped. */
  slow(host: number, kilobits: number, latency: number): void {
    const shape = ['tbf', 'rate', `${kilobits}kbit`, 'burst', '16kb', 'latency', `${latency}ms`];
    this.#run(host, 'tc', 'qdisc', 'replace', 'dev', 'eth0', 'root', ...shape);
  }

  close(): void {
    for (let host = 0; host < this.#count; host++) spawnSync('ip', ['netns', 'del', this.#namespace(host)]);
    spawnSync('ip', ['link', 'del', this.bridge]);
  }

  #addHost(host: number): void {
    const namespace = this.#namespace(host);
    const outside = `${this.#prefix}v${host}`;
    run('ip', 'netns', 'add', namespace);
    run('ip', 'link', 'add', outside, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', namespace);
    run('ip', 'link', 'set', outside, 'master', this.bridge, 'up');
    this.#run(host, 'ip', 'address', 'add', `${this.addressOf(host)}/24`, 'dev', 'eth0');
    this.#run(host, 'ip', 'link', 'set', 'lo', 'up');
    this.#run(host, 'ip', 'link', 'set', 'eth0', 'up');
    this.#run(host, 'nft', 'add', 'table', 'inet', 'faults');
    const chain = '{ type filter hook input priority 0 ; policy accept ; }';
    this.#run(host, 'nft', 'add', 'chain', 'inet', 'faults', 'input', chain);
  }

  #namespace(host: number): string {
    return `${this.#prefix}n${host}`;
  }

  #run(host: number, ...command: readonly string[]): void {
    run(...this.onHost(host, ...command));
  }
}

function run(...command: readonly string[]): void {
  const [program, ...args] = command;
  const { status, stderr, error } = spawnSync(program!, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command.join(' ')}: ${stderr || error?.message}`);
}
