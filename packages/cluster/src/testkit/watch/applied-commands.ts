import { crc32c } from '@holdfast/core';
import { decodeCommand } from '../../state/command.ts';

/**
 * Compares what members apply: the same at each place of the log, in whatever life; no client's write twice; and the
 * cluster's time never falls.
 */
export class AppliedCommands {
  /** Of the command at each index. */
  readonly #digests: number[] = [];
  readonly #times: number[] = [];
  /** Where each write is: clients write every value once. */
  readonly #places = new Map<string, number>();
  readonly #distinct: boolean;
  /** What is wrong, once something is. */
  broken: string | undefined;

  /** @param distinct - whether no write without a number is asked for twice. */
  constructor(distinct: boolean) {
    this.#distinct = distinct;
  }

  applied(host: string, index: number, term: number, time: number, command: Uint8Array): void {
    const digest = crc32c(command, crc32c(new TextEncoder().encode(`${term} ${time}`)));
    const before = this.#digests[index];
    if (before === undefined) this.#digests[index] = digest;
    else if (before !== digest) {
      this.broken ??= `${host} applies another command at ${index} than was applied there before`;
    }
    this.#times[index] = time;
    if ((this.#times[index - 1] ?? 0) > time) this.broken ??= `time falls to ${time} at ${index} on ${host}`;
    const { kind, payload, session } = decodeCommand(command);
    // What is numbered may be in the log again.
    if (!this.#distinct || (kind !== 'put' && kind !== 'txn') || session !== undefined) return;
    const write = Buffer.from(payload).toString('latin1');
    const place = this.#places.get(write) ?? index;
    this.#places.set(write, place);
    if (place !== index) this.broken ??= `${host} applies at ${index} what was applied at ${place} already`;
  }
}
