import type { Agent as HttpAgent, IncomingMessage } from 'node:http';
import http from 'node:http';
import https from 'node:https';
import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { suppressTracing } from '../../context/context-with-span.ts';

/** Bytes of an answer that are read: it says little, and is nobody's to grow. */
const answerBytesMax = 65_536;

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

export interface PostOptions {
  readonly url: URL;
  readonly agent: HttpAgent;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** Milliseconds. */
  readonly timeout: number;
  readonly signal: AbortSignal;
}

/** An agent for a URL, which keeps a connection or two to it. */
export function agentFor(url: URL): HttpAgent {
  const options = { keepAlive: true, maxSockets: 4, maxFreeSockets: 2 };
  return url.protocol === 'https:' ? new https.Agent(options) : new http.Agent(options);
}

/** Posts a body, untraced, and reads the answer. Rejects when there is none, in time or at all. */
export function post(options: PostOptions): Promise<Answer> {
  return context.with(suppressTracing(ROOT_CONTEXT), () => send(options));
}

function send({ agent, body, headers, signal, timeout, url }: PostOptions): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { request } = url.protocol === 'https:' ? https : http;
    const sent = request(url, {
      method: 'POST',
      agent,
      signal,
      headers: { ...headers, 'content-length': `${body.length}` },
    });
    const late = setTimeout(() => sent.destroy(new Error(`no answer in ${timeout} ms`)), timeout);
    late.unref();
    const settle = (end: () => void): void => {
      clearTimeout(late);
      end();
    };
    sent.once('error', (error) => settle(() => reject(error)));
    sent.once('response', (response) => {
      readAnswer(response).then(
        (answer) => settle(() => resolve(answer)),
        (error: unknown) => settle(() => reject(error)),
      );
    });
    sent.end(body);
  });
}

async function readAnswer(response: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > answerBytesMax) throw new Error(`the answer is larger than ${answerBytesMax} bytes`);
    chunks.push(chunk);
  }
  return { status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) };
}
