import { bytes, type MessageType, message, string, uint32 } from '@holdfast/transport/protobuf';
import { EtcdError, etcdRefusals } from '../../src/etcd/etcd-errors.ts';
import type { Call, Method, MethodTable } from '../../src/services/call.ts';

export interface Text {
  readonly text: string;
  readonly number: number;
  readonly payload: Uint8Array;
}

export const Text: MessageType<Text> = message('test.Text', {
  text: string(1),
  number: uint32(2),
  payload: bytes(3),
});

/** Methods that say back what they hear; and what they noticed. */
export class EchoMethods {
  readonly calls: Call[] = [];
  readonly aborted: string[] = [];
  /** Ends the calls that wait. */
  release = (): void => {};
  readonly released: Promise<void> = new Promise((resolve) => {
    this.release = resolve;
  });
  /** Responses that the flood has sent. */
  flooded = 0;
  /** Requests that the slow reader has read. */
  read = 0;

  readonly table: MethodTable = new Map(
    [
      unary('/test/Echo', (request) => request),
      unary('/test/Later', async (request) => {
        for (let turn = 0; turn < request.number; turn++) await undefined;
        return request;
      }),
      unary('/test/Fail', () => {
        throw new EtcdError(etcdRefusals.compacted);
      }),
      unary('/test/Break', async () => {
        throw new TypeError('a bug');
      }),
      unary('/test/Large', (request) => Text.create({ payload: new Uint8Array(request.number) })),
      unary('/test/Wait', async (request, call) => {
        this.calls.push(call);
        call.signal.addEventListener('abort', () => this.aborted.push(call.signal.reason.message));
        await this.released;
        return request;
      }),
      unary('/test/Call', (_request, call) => {
        const { token, certificateName, requiresLeader, session, traceparent } = call;
        const seen = { token, certificateName, requiresLeader, session, traceparent };
        return Text.create({ text: JSON.stringify(seen) });
      }),
      stream('/test/Count', async (requests, responses) => {
        for await (const { number } of requests) {
          for (let count = 0; count < number; count++) responses.send(Text.create({ number: count }));
        }
      }),
      stream('/test/Chat', async (requests, responses, call) => {
        call.signal.addEventListener('abort', () => this.aborted.push(call.signal.reason.message));
        for await (const request of requests) {
          if (request.text === 'fail') throw new EtcdError(etcdRefusals.noLeader);
          responses.send(request);
        }
      }),
      stream('/test/Flood', async (requests, responses, call) => {
        for await (const { number } of requests) {
          for (this.flooded = 0; this.flooded < number && !call.signal.aborted; this.flooded++) {
            const roomLeft = responses.send(
              Text.create({ number: this.flooded, payload: new Uint8Array(10_000) }),
            );
            if (!roomLeft) await responses.drained();
          }
        }
      }),
      stream('/test/SlowReader', async (requests) => {
        await this.released;
        for await (const _request of requests) this.read++;
      }),
    ].map((method) => [method.path, method as unknown as Method<never, never>]),
  );
}

function unary(
  path: string,
  handle: (request: Text, call: Call) => Text | Promise<Text>,
): Method<Text, Text> {
  return { kind: 'unary', path, request: Text, response: Text, handle };
}

function stream(
  path: string,
  handle: (Method<Text, Text> & { kind: 'stream' })['handle'],
): Method<Text, Text> {
  return { kind: 'stream', path, request: Text, response: Text, handle };
}
