import { crc32c } from '@holdfast/core';

/** Compares what members apply: the same at each place of the log, in whatever life, on whichever member. */
export class AppliedCommands {
  readonly #seen: number[] = [];
  /** What is wrong, once something is. */
  broken: string | undefined;

  applied(host: string, index: number, term: number, time: number, command: Uint8Array): void {
    const digest = crc32c(command, crc32c(new TextEncoder().encode(`${term} ${time}`)));
    const before = this.#seen[index];
    if (before === undefined) this.#seen[index] = digest;
    else if (before !== digest) {
      this.broken ??= `${host} applies another command at ${index} than was applied there before`;
    }
  }
}
