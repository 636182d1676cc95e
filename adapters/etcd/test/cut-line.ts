import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** A line to a server that a test may break, or cut: then it takes connections and lets nothing through. */
export class CutLine {
  readonly endpoint: string;
  readonly #server: Server;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  #cut = false;

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.endpoint = `http://127.0.0.1:${port}`;
  }

  static async to(endpoint: string): Promise<CutLine> {
    const target = Number(new URL(endpoint).port);
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('The system gave no port.');
    const line = new CutLine(server, address.port);
    server.on('connection', (near) => line.#join(near, target));
    return line;
  }

  /** Connections that go through it. */
  get connections(): number {
    return this.#pairs.size;
  }

  break(): void {
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy();
  }

  cut(): void {
    this.#cut = true;
    for (const pair of this.#pairs) for (const socket of pair) socket.pause();
  }

  /** What was under way when it was cut is lost. */
  mend(): void {
    if (!this.#cut) return;
    this.#cut = false;
    this.break();
  }

  async dispose(): Promise<void> {
    this.break();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #join(near: Socket, target: number): void {
    const far = connect(target, '127.0.0.1');
    const pair = [near, far] as const;
    this.#pairs.add(pair);
    for (const [from, to] of [pair, [far, near] as const]) {
      from.on('data', (bytes) => to.write(bytes));
      from.on('error', () => {});
      from.on('close', () => {
        to.destroy();
        this.#pairs.delete(pair);
      });
      if (this.#cut) from.pause();
    }
  }
}
