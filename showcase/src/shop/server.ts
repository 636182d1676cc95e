import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import type { Stack } from '../stack/stack.ts';
import type { Tally } from '../stack/tally.ts';
import type { Weather } from '../storm/weather.ts';
import { inServerSpan } from '../telemetry/http-spans.ts';
import { answerToFailure } from './failures.ts';
import type { Answer, Handler, Received } from './http.ts';

const bodyBytesMax = 16_384;

/** The HTTP face of a service, not listening yet: the way to it first, then protection, the weather, and the business. */
export function serve(business: Handler, stack: Stack, weather: Weather, tally: Tally): Server {
  const inWeather = weathered(business, weather);
  return createServer({ keepAliveTimeout: 30_000 }, async (request, response) => {
    const { lagMillis } = weather.conditions;
    if (lagMillis > 0) await setTimeout(lagMillis);
    const way = weather.way();
    if (way === 'lost-there') return void request.socket.destroy();
    tally.served++;
    const answer = await answerTo(request, (received) => stack.admit(received, inWeather));
    if (answer.status >= 500) tally.failed++;
    if (way === 'lost-back') request.socket.destroy();
    else reply(response, answer);
  });
}

/** What becomes of a business when the storm refuses some of its requests, and breaks some of its answers. */
export function weathered(business: Handler, weather: Weather): Handler {
  return async (request) => {
    const fate = weather.next();
    if (fate === 'refused') return refused;
    if (fate === 'fails-before') return broken;
    const answer = await business(request);
    return fate === 'fails-after' ? broken : answer;
  };
}

const refused: Answer = { status: 503, body: { error: 'no more of these are taken' } };
const broken: Answer = { status: 500, body: { error: 'something broke in here' } };

function answerTo(request: IncomingMessage, handle: Handler): Promise<Answer> {
  const { headers, method = 'GET', url: path = '/' } = request;
  return inServerSpan({ method, path, headers }, async () => {
    try {
      return await handle(await receive(request));
    } catch (error) {
      return answerToFailure(error);
    }
  });
}

async function receive(request: IncomingMessage): Promise<Received> {
  let text = '';
  request.setEncoding('utf8');
  for await (const chunk of request) {
    text += chunk;
    if (text.length > bodyBytesMax) throw new SyntaxError(`a request may have at most ${bodyBytesMax} bytes`);
  }
  return {
    method: request.method ?? 'GET',
    path: request.url ?? '/',
    headers: request.headers,
    body: text === '' ? undefined : JSON.parse(text),
  };
}

function reply(response: ServerResponse, { status, body, retryAfter }: Answer): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
  });
  response.end(JSON.stringify(body));
}
