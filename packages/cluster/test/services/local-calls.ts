import type { MessageType } from '@holdfast/transport/protobuf';
import type { Call, MethodTable, ResponseSink, StreamMethod, UnaryMethod } from '../../src/services/call.ts';

/** Calls the methods of a table as a front end does: messages are encoded and decoded on the way. */
export class LocalCalls {
  readonly #methods: MethodTable;

  constructor(methods: MethodTable) {
    this.#methods = methods;
  }

  async unary<Request, Response>(
    path: string,
    fields: Partial<Request>,
    caller: Partial<Call> = {},
  ): Promise<Response> {
    const method = this.#methods.get(path) as unknown as UnaryMethod<Request, Response>;
    const response = await method.handle(received(method.request, fields), callOf(caller));
    return method.response.decode(method.response.encode(response));
  }

  /** What a server stream sends, as it comes, until `signal` ends it. */
  stream<Request, Response>(
    path: string,
    fields: Partial<Request>,
    signal: AbortSignal,
    take: (response: Response) => void,
  ): Promise<void> {
    const method = this.#methods.get(path) as unknown as StreamMethod<Request, Response>;
    const sink: ResponseSink<Response> = {
      queuedBytes: 0,
      send: (response) => sink.sendEncoded(method.response.encode(response)),
      sendEncoded: (bytes) => {
        take(method.response.decode(bytes));
        return true;
      },
      drained: async () => {},
    };
    async function* requests(): AsyncGenerator<Request> {
      yield received(method.request, fields);
    }
    return method.handle(requests(), sink, callOf({ signal }));
  }
}

function received<Request>(type: MessageType<Request>, fields: Partial<Request>): Request {
  return type.decode(type.encode(type.create(fields)));
}

function callOf(caller: Partial<Call>): Call {
  return {
    token: undefined,
    certificateName: undefined,
    signal: new AbortController().signal,
    requiresLeader: false,
    session: undefined,
    ...caller,
  };
}
