import { invalidArgument, networkErrors } from '@holdfast/core';

/** The ports that systems give to whoever names none (RFC 6335). */
const firstFree = 49_152;
const last = 65_535;

/** Who has which port of a process, for one protocol. */
export class PortTable<Holder> {
  readonly #host: string;
  readonly #holders = new Map<number, Holder>();
  #nextFree = firstFree;

  constructor(host: string) {
    this.#host = host;
  }

  get(port: number): Holder | undefined {
    return this.#holders.get(port);
  }

  /**
   * Finds `port` free, or any free one for 0. It is the holder's once {@link set}.
   *
   * @throws HoldfastError ADDRESS_IN_USE, and INVALID_ARGUMENT when it is no port.
   */
  claim(port: number): number {
    if (!(Number.isInteger(port) && port >= 0 && port <= last)) {
      throw invalidArgument('port', port, `a whole number from 0 to ${last}`);
    }
    if (port === 0) return this.#anyFree();
    if (this.#holders.has(port)) throw this.#inUse(`port ${port} of ${this.#host} is in use already`);
    return port;
  }

  set(port: number, holder: Holder): void {
    this.#holders.set(port, holder);
  }

  release(port: number): void {
    this.#holders.delete(port);
  }

  /** Goes round, so that a port just released is not used again soon. */
  #anyFree(): number {
    for (let tries = firstFree; tries <= last; tries++) {
      const port = this.#nextFree;
      this.#nextFree = port === last ? firstFree : port + 1;
      if (!this.#holders.has(port)) return port;
    }
    throw this.#inUse(`all ports from ${firstFree} to ${last} of ${this.#host} are in use`);
  }

  #inUse(message: string): Error {
    return networkErrors.create('ADDRESS_IN_USE', { message });
  }
}
