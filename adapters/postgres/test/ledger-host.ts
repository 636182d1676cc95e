import type { HoldfastError } from '@holdfast/core';
import type { EngineHost, OwnedRun } from '@holdfast/transactions';

/** Notes what an engine tells its worker. */
export class NotingHost implements EngineHost {
  readonly adopted: OwnedRun[] = [];
  error: HoldfastError | undefined;
  #changed: (() => void)[] = [];

  adopt(runs: readonly OwnedRun[]): void {
    this.adopted.push(...runs);
    this.#tell();
  }

  lost(error: HoldfastError): void {
    this.error = error;
    this.#tell();
  }

  /** Resolves once it has been given so many runs. */
  async hasAdopted(count: number): Promise<void> {
    while (this.adopted.length < count) await this.#change();
  }

  async hasLost(): Promise<HoldfastError> {
    while (this.error === undefined) await this.#change();
    return this.error;
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#changed.push(resolve);
    });
  }

  #tell(): void {
    for (const resolve of this.#changed.splice(0)) resolve();
  }
}

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function texts(records: readonly Uint8Array[]): string[] {
  return records.map((record) => new TextDecoder().decode(record));
}
