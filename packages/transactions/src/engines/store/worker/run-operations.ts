import type { Operation } from '@holdfast/coordination';
import { checkValue } from '../check-value.ts';
import { turnBytes } from '../key-line.ts';
import type { LedgerKeys } from '../ledger-keys.ts';
import { headBytes, type RunHead, recordsBytes } from '../run-head.ts';
import type { StorePlace } from '../store-visit.ts';
import type { StoreRun } from './store-run.ts';

/** What a worker writes into the store when one of its runs changes. */
export class RunOperations {
  readonly #keys: LedgerKeys;
  readonly #valueBytesMax: number;
  readonly #life: string;

  constructor({ keys, valueBytesMax }: StorePlace, life: string) {
    this.#keys = keys;
    this.#valueBytesMax = valueBytesMax;
    this.#life = life;
  }

  create(run: StoreRun, head: RunHead): Operation[] {
    return [
      { do: 'put', key: this.#keys.run(run.id), value: encoder.encode(run.place) },
      { do: 'put', key: this.#keys.open + run.place, value: headBytes(head, run) },
    ];
  }

  /** The next records of the run, whose places are taken by that. @throws HoldfastError INVALID_ARGUMENT. */
  append(run: StoreRun, records: readonly Uint8Array[], wall: number): Operation[] {
    if (records.length === 0) return [];
    const value = recordsBytes(records, wall);
    checkValue('records', value, this.#valueBytesMax);
    const key = this.#keys.record(run.place, run.nextPosition);
    run.nextPosition += records.length;
    return [{ do: 'put', key, value }];
  }

  consume({ place }: StoreRun, sequences: readonly number[]): Operation[] {
    return sequences.map((sequence) => ({ do: 'delete', key: this.#keys.message(place, sequence) }));
  }

  /** @param last - records that the head of a run that ends carries. */
  setHead(run: StoreRun, wall: number, last: readonly Uint8Array[]): Operation[] {
    const { open, ended } = this.#keys;
    const { place } = run;
    const value = headBytes(run.head(this.#life, wall), { first: run.first, last });
    if (run.statusNow !== 'ended') return [{ do: 'put', key: open + place, value }];
    return [
      { do: 'delete', key: open + place },
      { do: 'put', key: ended + place, value },
      { do: 'put', key: this.#keys.end(wall, place), value: encoder.encode(run.id) },
      ...[...run.claims.keys()].flatMap((key) => this.leaveLine(run, key)),
    ];
  }

  /** The last result is the line. @param turn - among the claims of the worker. */
  joinLine({ place }: StoreRun, key: string, turn: number): Operation[] {
    const line = this.#keys.line(key);
    return [
      { do: 'put', key: line + place, value: turnBytes(turn) },
      { do: 'put', key: this.#keys.claim(place, key), value: nothing },
      { do: 'range', prefix: line },
    ];
  }

  leaveLine({ place }: StoreRun, key: string): Operation[] {
    return [
      { do: 'delete', key: this.#keys.line(key) + place },
      { do: 'delete', key: this.#keys.claim(place, key) },
    ];
  }
}

const nothing = new Uint8Array(0);
const encoder = new TextEncoder();
