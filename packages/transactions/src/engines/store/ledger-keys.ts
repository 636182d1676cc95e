import { invalidArgument } from '@holdfast/core';

/**
 * Where in a coordination store a ledger has what. A run is known by its id, and kept under its place: that of its creation
 * among all runs, so that the order of keys is the order of creation.
 *
 * | key | value |
 * |---|---|
 * | `id` | the ledger's own id |
 * | `run/<id>` | the run's place |
 * | `open/<place>` | the head of a run under way, and what it was created with |
 * | `ended/<place>` | the head of one that has ended, what it was created with, and its last records |
 * | `end/<end>` | the id of a run that has ended, in the order of the ends |
 * | `data/<place>/record/<n>` | the records of one append between those, the newest first |
 * | `data/<place>/claim/<key>` | nothing: the run has a place in that line |
 * | `data/<place>/posted` | nothing: its version counts the messages |
 * | `batch/<worker>/<lane>` | nothing: its version counts the transactions of that lane; goes with the worker's lease |
 * | `name/<name>` | the worker that has that name now; goes with the worker's lease |
 * | `news/worker/<worker>` | nothing; goes with the worker's lease |
 * | `news/message/<place>/<sequence>` | a message |
 * | `news/line/<key>/<place>` | who came when among claims of one transaction |
 *
 * Workers watch `news/`: what others tell them. Who waits for the end of a run watches its `open/<place>`.
 */
export class LedgerKeys {
  readonly prefix: string;
  readonly ledgerId: string;
  readonly news: string;
  readonly open: string;
  readonly ended: string;
  readonly ends: string;
  readonly workers: string;
  readonly messages: string;
  readonly lines: string;

  constructor(prefix: string) {
    this.prefix = prefix;
    this.ledgerId = `${prefix}id`;
    this.open = `${prefix}open/`;
    this.ended = `${prefix}ended/`;
    this.ends = `${prefix}end/`;
    this.news = `${prefix}news/`;
    this.workers = `${this.news}worker/`;
    this.messages = `${this.news}message/`;
    this.lines = `${this.news}line/`;
  }

  run(id: string): string {
    return `${this.prefix}run/${id}`;
  }

  data(place: string): string {
    return `${this.prefix}data/${place}/`;
  }

  records(place: string): string {
    return `${this.data(place)}record/`;
  }

  /** Numbered backwards: so the newest is the first, and tells when the run has changed. */
  record(place: string, position: number): string {
    return `${this.records(place)}${fixed(positionsMax - position, 8)}`;
  }

  claim(place: string, key: string): string {
    return `${this.data(place)}claim/${key}`;
  }

  posted(place: string): string {
    return `${this.data(place)}posted`;
  }

  name(name: string): string {
    return `${this.prefix}name/${name}`;
  }

  lane(worker: string, lane: number): string {
    return `${this.prefix}batch/${worker}/${lane}`;
  }

  worker(worker: string): string {
    return `${this.workers}${worker}`;
  }

  messagesOf(place: string): string {
    return `${this.messages}${place}/`;
  }

  message(place: string, sequence: number): string {
    return `${this.messagesOf(place)}${fixed(sequence, 8)}`;
  }

  /** A key may have any characters: with its length before it, no line's prefix is the beginning of another one's. */
  line(key: string): string {
    return `${this.lines}${key.length}:${key}/`;
  }

  end(at: number, place: string): string {
    return `${this.ends}${fixed(at, 10)}-${place}`;
  }
}

/** What follows `prefix` in a key that begins with it. */
export function after(prefix: string, key: string): string {
  return key.slice(prefix.length);
}

/** The line and the place of a key under {@link LedgerKeys.lines}, without their prefix. */
export function readLineKey(text: string): { readonly key: string; readonly place: string } {
  const begin = text.indexOf(':') + 1;
  const end = begin + Number(text.slice(0, begin - 1));
  return { key: text.slice(begin, end), place: text.slice(end + 1) };
}

/** The place and the sequence of a key under {@link LedgerKeys.messages}, without their prefix. */
export function readMessageKey(text: string): { readonly place: string; readonly sequence: number } {
  const slash = text.indexOf('/');
  return { place: text.slice(0, slash), sequence: Number.parseInt(text.slice(slash + 1), radix) };
}

/** When a run has ended, and its place, of a key under {@link LedgerKeys.ends}, without their prefix. */
export function readEndKey(text: string): { readonly at: number; readonly place: string } {
  const dash = text.indexOf('-');
  return { at: Number.parseInt(text.slice(0, dash), radix), place: text.slice(dash + 1) };
}

/** Places of the runs that one worker creates: by the wall clock, and each after the one before. */
export class Places {
  readonly #worker: string;
  #millis = 0;
  #count = 0;

  /** @param epoch - of the worker: no other one makes the same places. */
  constructor(epoch: number) {
    this.#worker = fixed(epoch, 11);
  }

  /** @param wall - milliseconds since the Unix epoch. */
  next(wall: number): string {
    const millis = Math.floor(wall);
    if (millis > this.#millis) {
      this.#millis = millis;
      this.#count = 0;
    }
    return `${fixed(this.#millis, 10)}-${this.#worker}-${fixed(this.#count++, 6)}`;
  }
}

/** @throws HoldfastError INVALID_ARGUMENT when `text` cannot be part of a key. */
export function checkKeyPart(field: string, text: string): void {
  if (text === '' || loneSurrogate.test(text)) {
    throw invalidArgument(
      field,
      text,
      'a string of at least one character, without half of a surrogate pair',
    );
  }
}

const loneSurrogate = /\p{Surrogate}/u;
const radix = 36;
const positionsMax = radix ** 8 - 1;

function fixed(value: number, digits: number): string {
  return value.toString(radix).padStart(digits, '0');
}
