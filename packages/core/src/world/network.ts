/** Where a socket listens: a host by name or IP address, and a port. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface WaitOptions {
  /** Ends the wait early with ABORTED. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The network as one host sees it: byte streams as of TCP, and datagrams as of UDP. All errors are
 * `networkErrors`, or ABORTED where a signal ended the wait.
 */
export interface Network {
  /**
   * Accepts connections at `port` of this host, 0 for any free one. `accept` is called once for each.
   *
   * @throws HoldfastError ADDRESS_IN_USE.
   */
  listen(port: number, accept: (connection: Connection) => void): Promise<Listener>;
  /**
   * Opens a connection.
   *
   * @throws HoldfastError CONNECTION_REFUSED when nobody listens there, HOST_UNREACHABLE when no answer comes,
   * PEER_NOT_TRUSTED when a network that checks certificates did not accept the other end's.
   */
  connect(to: Address, options?: WaitOptions): Promise<Connection>;
  /**
   * Binds `port` of this host, 0 for any free one, for datagrams. `receive` is called for each that arrives: perhaps
   * twice, late, out of order or never.
   *
   * @throws HoldfastError ADDRESS_IN_USE.
   */
  bind(port: number, receive: (datagram: Uint8Array, from: Address) => void): Promise<DatagramSocket>;
}

export interface Listener {
  readonly address: Address;
  /** Accepts no more connections. Open ones stay. */
  close(): Promise<void>;
}

/**
 * One end of a byte stream. Bytes arrive in order, each once, in pieces of any size, until an end fails or ends.
 * One read and one write at a time: a second is refused with INVALID_ARGUMENT, and so is a write after the end.
 */
export interface Connection {
  readonly local: Address;
  readonly remote: Address;
  /**
   * The names in the other end's certificate, where it showed one and that was accepted: its common name first ('' when
   * it has none), then its alternative names (hosts, IP addresses, URIs).
   */
  readonly peerCertificateNames?: readonly string[];
  /**
   * The next bytes, at least one; undefined when the other end has ended and everything is read.
   *
   * @throws HoldfastError CONNECTION_RESET.
   */
  read(options?: WaitOptions): Promise<Uint8Array | undefined>;
  /**
   * Takes `bytes` for sending and resolves when there is room for more: await it, and a slow reader slows the
   * writer. It does not say that they arrived. The caller must not change `bytes` afterwards.
   *
   * @throws HoldfastError CONNECTION_RESET.
   */
  write(bytes: Uint8Array, options?: WaitOptions): Promise<void>;
  /** Says that no more will be written; what was, or waits for room, is still delivered. Reading goes on. */
  end(): void;
  /** Drops both directions and what is under way. Reads and writes that wait fail with CONNECTION_RESET. */
  destroy(): void;
}

export interface DatagramSocket {
  readonly address: Address;
  /** Sends one datagram, at most {@link datagramBytesMax} bytes, and never says what became of it. */
  send(datagram: Uint8Array, to: Address): void;
  close(): void;
}

/** The largest datagram that every network here takes: what UDP over IPv4 has room for. */
export const datagramBytesMax = 65_507;
