import type { IncomingMessage, ServerResponse } from 'node:http';
import { asHoldfastError } from '@holdfast/core';
import { type Signal, signalNames, signals } from '../signal.ts';
import { exportAnswer, grpcCodes, type Refusal, refusalOf, statusAnswer } from './answers.ts';
import { ByteLoan } from './byte-budget.ts';
import type { Encoding } from './intake.ts';
import type { ReceiverCore } from './receiver-options.ts';
import { bodyTooLarge } from './unpack.ts';

const contentTypes: Readonly<Record<Encoding, string>> = {
  protobuf: 'application/x-protobuf',
  json: 'application/json',
};

/**
 * OTLP over HTTP, by the specification of OTLP 1.x: `POST /v1/traces`, `/v1/logs`, `/v1/metrics` with protobuf or JSON, plain or
 * in gzip. It checks no `Host`: that is for the server around it.
 */
export class HttpReceiver {
  readonly #core: ReceiverCore;

  constructor(core: ReceiverCore) {
    this.#core = core;
  }

  /** Answers a request for one of the paths of OTLP; returns false for any other, and leaves it alone. */
  handle(request: IncomingMessage, response: ServerResponse): boolean {
    const path = (request.url ?? '').split('?', 1)[0];
    const signal = signalNames.find((name) => signals[name].path === path);
    if (signal === undefined) return false;
    void this.#answer(signal, request, response);
    return true;
  }

  async #answer(signal: Signal, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const encoding = encodingOf(request.headers['content-type']);
    const refusal = unfit(request, encoding);
    if (refusal !== undefined || encoding === undefined) {
      this.#core.sink.refused(signal, 1);
      refuse(response, refusal ?? unsupported('content-type'), encoding ?? 'json');
      return;
    }
    const loan = new ByteLoan(this.#core.budget);
    try {
      const body = await this.#read(request, loan);
      const taken = await this.#core.intake.take(signal, body, encoding);
      respond(response, 200, contentTypes[encoding], exportAnswer(signal, taken, encoding));
    } catch (error) {
      if (request.destroyed && !request.complete) return;
      this.#core.sink.refused(signal, 1);
      refuse(response, refusalOf(asHoldfastError(error)), encoding);
    } finally {
      loan.end();
    }
  }

  /** @throws HoldfastError TELEMETRY_TOO_LARGE, TELEMETRY_MALFORMED, INGEST_OVERLOADED. */
  async #read(request: IncomingMessage, loan: ByteLoan): Promise<Buffer> {
    const { bodyBytesMax, unpacker } = this.#core;
    if (Number(request.headers['content-length'] ?? 0) > bodyBytesMax) throw bodyTooLarge(bodyBytesMax);
    const body = await readBody(request, bodyBytesMax, loan);
    if (request.headers['content-encoding'] !== 'gzip') return body;
    const unpacked = await unpacker.gunzip(body);
    loan.take(unpacked.length);
    return unpacked;
  }
}

/** Reads to the end, or until there is a reason not to. The connection is left as it is, so that the sender can be told. */
function readBody(request: IncomingMessage, bytesMax: number, loan: ByteLoan): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const take = (chunk: Buffer): void => {
      length += chunk.length;
      try {
        if (length > bytesMax) throw bodyTooLarge(bytesMax);
        loan.take(chunk.length);
        chunks.push(chunk);
      } catch (error) {
        request.off('data', take);
        reject(error);
      }
    };
    request
      .on('data', take)
      .once('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)))
      .once('error', reject)
      .once('close', () => {
        request.off('data', take);
        reject(new Error('the sender went away'));
      });
  });
}

function encodingOf(contentType: string | undefined): Encoding | undefined {
  const type = (contentType ?? '').split(';', 1)[0]!.trim().toLowerCase();
  if (type === contentTypes.protobuf) return 'protobuf';
  return type === contentTypes.json ? 'json' : undefined;
}

/** Why a request is refused by its head alone. */
function unfit({ headers, method }: IncomingMessage, encoding: Encoding | undefined): Refusal | undefined {
  if (method !== 'POST') return refusal(405, `${method} is not how telemetry is sent: POST it`);
  if (encoding === undefined) return unsupported(`content-type ${headers['content-type'] ?? 'none'}`);
  const packing = headers['content-encoding'];
  if (packing !== undefined && packing !== 'gzip' && packing !== 'identity') {
    return unsupported(`content-encoding ${packing}`);
  }
  return undefined;
}

function unsupported(what: string): Refusal {
  return refusal(
    415,
    `${what} is not understood: send application/x-protobuf or application/json, plain or gzip`,
  );
}

function refusal(httpStatus: number, message: string): Refusal {
  return { httpStatus, grpcCode: grpcCodes.invalidArgument, message, retryAfter: undefined };
}

/** Whatever of the body has not been read is not waited for. */
function refuse(response: ServerResponse, refusal: Refusal, encoding: Encoding): void {
  if (refusal.httpStatus === 405) response.setHeader('allow', 'POST');
  if (refusal.retryAfter !== undefined) {
    response.setHeader('retry-after', Math.max(1, Math.ceil(refusal.retryAfter / 1_000)));
  }
  response.setHeader('connection', 'close');
  respond(response, refusal.httpStatus, contentTypes[encoding], statusAnswer(refusal, encoding));
}

function respond(response: ServerResponse, status: number, contentType: string, body: Uint8Array): void {
  response.writeHead(status, { 'content-type': contentType, 'content-length': body.length });
  response.end(body);
}
