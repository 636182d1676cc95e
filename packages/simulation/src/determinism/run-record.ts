import type { EventObserver } from '../simulation/simulated-world-options.ts';
import type { TraceEvent, Tracer } from '../trace/trace-event.ts';

/** What a run is given to watch it: pass both to its `SimulatedWorld`. */
export interface Witness {
  readonly tracer: Tracer;
  readonly observer: EventObserver;
}

/** How many lines are kept as text; of later ones, a hash; and of still later ones, only their number. */
const linesMax = 200_000;
const hashesMax = 10_000_000;

/** What one run did, a line for each event and each trace event. */
export class RunRecord implements Witness, Tracer {
  readonly enabled: boolean = true;
  readonly tracer: Tracer = this;
  readonly lines: string[] = [];
  readonly #hashes: number[] = [];
  #length = 0;

  readonly observer: EventObserver = (at, host, kind) => this.add(`${at}us ${host ?? 'the world'}: ${kind}`);

  get length(): number {
    return this.#length;
  }

  record(event: TraceEvent): void {
    this.add(JSON.stringify(event));
  }

  add(line: string): void {
    if (this.lines.length < linesMax) this.lines.push(line);
    if (this.#hashes.length < hashesMax) this.#hashes.push(hash(line));
    this.#length++;
  }

  /** Whether both have the same line at `index`, as far as either knows. */
  agrees(other: RunRecord, index: number): boolean {
    return this.#hashes[index] === other.#hashes[index] && this.lines[index] === other.lines[index];
  }
}

/** FNV-1a (Fowler, Noll, Vo) over UTF-16 code units. */
function hash(text: string): number {
  let word = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    word = Math.imul(word ^ text.charCodeAt(index), 0x01000193);
  }
  return word;
}
