import { invalidArgument } from '@holdfast/core';
import { bucketUnits, type LimiterStore, type StoredLimit, type Taken } from '@holdfast/resilience';
import type { Cluster, Redis } from 'ioredis';
import { giveBackScripts, type Script, takeScripts } from './limiter-scripts.ts';
import { rendezvous } from './rendezvous.ts';

/** A client of ioredis. Its owner connects it, listens to its errors and closes it. */
export type RedisClient = Redis | Cluster;

export interface RedisLimiterStoreOptions {
  /** What the names of all keys in Redis begin with. Default `holdfast:limit:`. */
  readonly prefix?: string;
}

/**
 * Keeps limits that processes share in Redis (5 or newer), or in several independent servers, over which the keys
 * are spread: then every process has to list the servers in the same order. Each decision is one script, exact to
 * the microsecond of the server's clock. A key lives no longer than what it counts.
 *
 *     const store = redisLimiterStore(new Redis(url));
 *     const limiter = distributedRateLimiter({ store, name: 'mails', limit: 100, period: '1s', onStoreFailure: 'open' });
 *
 * While a client has lost its server, calls fail at once instead of piling up in its queue.
 *
 * @throws HoldfastError INVALID_ARGUMENT when there is no client.
 */
export function redisLimiterStore(
  clients: RedisClient | readonly RedisClient[],
  options: RedisLimiterStoreOptions = {},
): LimiterStore {
  return new RedisLimiterStore(
    Array.isArray(clients) ? clients : [clients],
    options.prefix ?? 'holdfast:limit:',
  );
}

class RedisLimiterStore implements LimiterStore {
  private readonly clients: readonly RedisClient[];
  private readonly prefix: string;

  constructor(clients: readonly RedisClient[], prefix: string) {
    if (clients.length === 0) throw invalidArgument('clients', clients, 'at least one client');
    this.clients = clients;
    this.prefix = prefix;
  }

  async take(key: string, permits: number, atLeast: number, limit: StoredLimit): Promise<Taken> {
    const answer = await this.run(takeScripts[limit.algorithm], key, limit, permits, atLeast);
    const [taken, retryAfter, at] = answer as [number, number, number];
    return { permits: taken, retryAfter, at };
  }

  async giveBack(key: string, permits: number, takenAt: number, limit: StoredLimit): Promise<void> {
    await this.run(giveBackScripts[limit.algorithm], key, limit, permits, takenAt);
  }

  partitionOf(key: string): number {
    return rendezvous(key, this.clients.length);
  }

  /** Sends only the script's digest; the text follows where the server does not know it, as after a restart. */
  private async run(script: Script, key: string, limit: StoredLimit, ...counts: number[]): Promise<unknown> {
    const client = this.clients[this.partitionOf(key)]!;
    if (lost.has(client.status)) throw new Error(`the Redis client is not connected: ${client.status}`);
    const args = [`${this.prefix}${limit.algorithm}:${key}`, ...counts, ...settings(limit)];
    try {
      return await client.evalsha(script.sha1, 1, ...args);
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
      return client.eval(script.text, 1, ...args);
    }
  }
}

/** States of a client in which it would only queue what it is asked. */
const lost: ReadonlySet<string> = new Set(['close', 'reconnecting', 'disconnecting', 'end']);

/** The limit as its script reads it. */
function settings(limit: StoredLimit): number[] {
  if (limit.algorithm === 'sliding-window') return [limit.limit, limit.period];
  const { perMicro, perPermit, full } = bucketUnits(limit);
  return [perMicro, perPermit, full];
}
