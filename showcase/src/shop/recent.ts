/** A map that remembers the latest `max` keys and forgets the oldest beyond that. */
export class Recent<V> {
  private readonly max: number;
  private readonly entries = new Map<string, V>();

  constructor(max: number) {
    this.max = max;
  }

  get(key: string): V | undefined {
    return this.entries.get(key);
  }

  set(key: string, value: V): void {
    if (!this.entries.has(key) && this.entries.size >= this.max) {
      this.entries.delete(this.entries.keys().next().value!);
    }
    this.entries.set(key, value);
  }
}

/** How many keys a service remembers: more than eight minutes of the default load. */
export const keysRemembered = 100_000;
