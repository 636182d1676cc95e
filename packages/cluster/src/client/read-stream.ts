import type { ClusterChannel } from './cluster-channel.ts';
import { orAborted } from './or-aborted.ts';
import type { RpcMethod } from './rpc-method.ts';

/** Messages that wait for their reader before the server is slowed down. */
const waitingMax = 8;

/** The responses of a server stream to `request`, no faster than they are read. The channel has to be its own. */
export async function* readStream<Request, Response>(
  channel: ClusterChannel,
  { path, request: requestType, response: responseType }: RpcMethod<Request, Response>,
  request: Request,
  token: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<Response, void> {
  const waiting: Response[] = [];
  let over: { readonly error: Error | undefined } | undefined;
  let arrived = (): void => {};
  const stream = channel.stream<Request, Response>(
    {
      path,
      requestType,
      responseType,
      message: (response) => {
        waiting.push(response);
        if (waiting.length === waitingMax) stream.pause();
        arrived();
      },
      ended: (error) => {
        over = { error };
        arrived();
      },
    },
    { signal, token, timeout: undefined },
  );
  try {
    stream.send(request);
    stream.end();
    for (;;) {
      const response = waiting.shift();
      if (response !== undefined) {
        if (waiting.length === waitingMax / 2) stream.resume();
        yield response;
      } else if (over !== undefined) {
        if (over.error !== undefined) throw over.error;
        return;
      } else {
        await orAborted(
          new Promise<void>((resolve) => {
            arrived = resolve;
          }),
          signal,
        );
      }
    }
  } finally {
    if (over === undefined) stream.cancel();
  }
}
