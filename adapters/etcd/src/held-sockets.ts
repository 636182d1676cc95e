import type { Socket } from 'node:net';
import { ChannelCredentials } from '@grpc/grpc-js';

type SecureConnector = ReturnType<ChannelCredentials['_createSecureConnector']>;

/**
 * Credentials that keep hold of the sockets they are used on. The library loses sight of one when its client is closed
 * while it connects, or between two attempts to: it would connect all the same, and stay connected.
 */
export class HeldSockets extends ChannelCredentials {
  readonly #credentials: ChannelCredentials;
  readonly #sockets = new Set<Socket>();
  #closed = false;

  constructor(credentials: ChannelCredentials) {
    super();
    this.#credentials = credentials;
  }

  _isSecure(): boolean {
    return this.#credentials._isSecure();
  }

  _equals(other: ChannelCredentials): boolean {
    return other === this;
  }

  _createSecureConnector(...use: Parameters<ChannelCredentials['_createSecureConnector']>): SecureConnector {
    const connector = this.#credentials._createSecureConnector(...use);
    return {
      connect: (socket) => {
        this.#hold(socket);
        return connector.connect(socket);
      },
      waitForReady: async () => {
        if (this.#closed) throw new Error('the channel is closed');
        await connector.waitForReady();
      },
      getCallCredentials: () => connector.getCallCredentials(),
      destroy: () => connector.destroy(),
    };
  }

  /** Ends all of them, once what was written is on its way, and those still to come at once. */
  close(): void {
    this.#closed = true;
    for (const socket of this.#sockets) socket.destroySoon();
  }

  #hold(socket: Socket): void {
    if (this.#closed) socket.destroy();
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
  }
}
