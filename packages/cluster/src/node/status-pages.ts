import type { Address } from '@holdfast/core';
import type { HttpPage, HttpPageAnswer, HttpPaths } from './node-options.ts';
import { plainText } from './web-connection.ts';
import type { WebRequest } from './web-request.ts';

/** What the pages about a node say of it. */
export interface NodeCondition {
  /** Undefined when all is well: it has a leader and no alarm. Else what is wrong, in a few words. */
  unhealthy(): string | undefined;
  /** Undefined when it serves. Else why it does not (yet, or any more). */
  unready(): string | undefined;
  readonly version: { readonly server: string; readonly cluster: string };
}

/** Answers a request that came to an address of this machine. */
export type StatusPages = (request: WebRequest, local: Address) => HttpPageAnswer;

/** Answers for `/health` (as etcd does), `/livez`, `/readyz`, `/version`, and `pages`. */
export function statusPages(condition: NodeCondition, pages: HttpPaths = new Map()): StatusPages {
  const all = new Map<string, HttpPage>([
    ['/health', () => health(condition.unhealthy())],
    ['/livez', () => plainText(200, 'ok')],
    ['/readyz', () => readiness(condition.unready())],
    ['/version', () => version(condition.version)],
    ...pages,
  ]);
  return ({ headers, path }, local) => {
    if (!isHostExpected(headers.get('host'), local))
      return plainText(421, 'the Host header names another host');
    const page = all.get(path);
    if (page === undefined) return plainText(404, `there are ${[...all.keys()].join(', ')}`);
    return page({ accept: headers.get('accept') });
  };
}

/**
 * Whoever reaches loopback calls it by a name for it: a web page of elsewhere, whose name was made to lead here, would
 * not.
 */
function isHostExpected(header: string | undefined, local: Address): boolean {
  if (!local.host.startsWith('127.') && local.host !== '::1') return true;
  const host = (header ?? '').replace(/:\d+$/, '').toLowerCase();
  return host === '' || host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/** As etcd 3.4 says it; the reason is ours, and stands where its later versions have one. */
function health(reason: string | undefined): HttpPageAnswer {
  return reason === undefined ? json(200, { health: 'true' }) : json(503, { health: 'false', reason });
}

function readiness(reason: string | undefined): HttpPageAnswer {
  return reason === undefined ? plainText(200, 'ok') : plainText(503, reason);
}

function version({ cluster, server }: NodeCondition['version']): HttpPageAnswer {
  return json(200, { etcdserver: server, etcdcluster: cluster });
}

function json(status: number, content: object): HttpPageAnswer {
  return { status, contentType: 'application/json', body: [JSON.stringify(content)] };
}
