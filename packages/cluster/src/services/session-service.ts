import {
  SessionCloseRequest,
  SessionCloseResponse,
  SessionKeepAliveRequest,
  SessionKeepAliveResponse,
  SessionRegisterRequest,
  SessionRegisterResponse,
  sessionPaths,
} from '../session/session-messages.ts';
import { type CommandKind, encodeCommand } from '../state/command.ts';
import type { Applied } from '../state/state-machine.ts';
import type { Call } from './call.ts';
import { type AnyMethod, unary } from './method.ts';
import type { ServiceParts } from './service-parts.ts';

const none = new Uint8Array(0);

/** Sessions of clients, which make repeated writes exactly-once. Open to every user. */
export class SessionService {
  readonly #parts: ServiceParts;

  constructor(parts: ServiceParts) {
    this.#parts = parts;
  }

  methods(): readonly AnyMethod[] {
    const { keepAlive, close, register } = sessionPaths;
    return [
      unary(register, SessionRegisterRequest, SessionRegisterResponse, (_request, call) =>
        this.#register(call),
      ),
      unary(keepAlive, SessionKeepAliveRequest, SessionKeepAliveResponse, ({ id }, call) =>
        this.#keepAlive(id, call),
      ),
      unary(close, SessionCloseRequest, SessionCloseResponse, ({ id }, call) => this.#close(id, call)),
    ];
  }

  async #register(call: Call): Promise<SessionRegisterResponse> {
    const { headers, store } = this.#parts;
    const { result } = await this.#propose('session-register', undefined, call);
    const { session } = (result as { readonly response: { readonly session: number } }).response;
    const { idleMax, requestsMax } = store.sessionBounds;
    return { header: headers.now(), id: session, idleMax, requestsMax };
  }

  async #keepAlive(id: number, call: Call): Promise<SessionKeepAliveResponse> {
    const { result } = await this.#propose('session-keep-alive', id, call);
    return { header: this.#parts.headers.now(), alive: 'response' in result };
  }

  async #close(id: number, call: Call): Promise<SessionCloseResponse> {
    await this.#propose('session-close', id, call);
    return { header: this.#parts.headers.now() };
  }

  async #propose(kind: CommandKind, id: number | undefined, call: Call): Promise<Applied> {
    const { callers, member } = this.#parts;
    const auth = await callers.identifyNamed(call);
    const session = id === undefined ? undefined : { id, sequence: 0, answeredBelow: 0 };
    return member.propose(encodeCommand({ kind, session, auth, payload: none }));
  }
}
