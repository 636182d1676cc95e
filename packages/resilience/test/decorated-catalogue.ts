import { circuitBreaker, fallback, keyed, pipeline, protectedBy, retry, timeout } from '@holdfast/resilience';

const calls = pipeline(retry({ maxAttempts: 3, backoff: { delay: () => 0, delayMax: () => 0 } }));
const breakers = keyed((sku) => circuitBreaker({ name: sku, consecutiveFailures: 1, failureRate: 'off' }));

/** Methods under policies, as a user of decorators writes them. */
export class Catalogue {
  attempts = 0;

  @protectedBy(calls)
  async priceAtLast(sku: string): Promise<string> {
    this.attempts++;
    if (this.attempts < 3) throw new Error('not yet');
    return `${sku} costs ${this.attempts}`;
  }

  @protectedBy(breakers, { key: (sku: string) => sku })
  async stock(sku: string): Promise<number> {
    if (sku === 'broken') throw new Error('broken');
    return 7;
  }

  @protectedBy(timeout('10s'), { signal: (signal: AbortSignal) => signal })
  async waitFor(_signal: AbortSignal): Promise<never> {
    return new Promise(() => {});
  }

  @protectedBy(calls)
  static async parse(text: string): Promise<unknown> {
    return JSON.parse(text);
  }
}

export class Mistakes {
  // @ts-expect-error a synchronous method would become asynchronous
  @protectedBy(calls)
  now(): number {
    return 1;
  }

  // @ts-expect-error the fallback answers with something that the method never returns
  @protectedBy(fallback(() => 'none'))
  async count(): Promise<number> {
    return 1;
  }

  // @ts-expect-error the key is made of other arguments than the method has
  @protectedBy(breakers, { key: (id: number) => String(id) })
  async named(name: string): Promise<string> {
    return name;
  }
}
