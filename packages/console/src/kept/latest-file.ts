import { writeWhole } from './whole-file.ts';

/** A file that holds the newest of many values as JSON. While one is written, only the last that comes is waited for. */
export class LatestFile {
  readonly #path: string;
  readonly #troubled: (error: unknown) => void;
  #next: { readonly text: string } | undefined;
  #writing: Promise<void> | undefined;

  /** @param troubled - told when a value could not be written; the next may be. */
  constructor(path: string, troubled: (error: unknown) => void) {
    this.#path = path;
    this.#troubled = troubled;
  }

  put(value: unknown): void {
    this.#next = { text: JSON.stringify(value) };
    this.#writing ??= this.#write();
  }

  /** Resolves when the newest value is durable. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  async #write(): Promise<void> {
    for (let next = this.#next; next !== undefined; next = this.#next) {
      this.#next = undefined;
      await writeWhole(this.#path, next.text).catch(this.#troubled);
    }
    this.#writing = undefined;
  }
}
