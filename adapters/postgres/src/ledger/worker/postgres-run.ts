import type { OwnedRun, RunListener, RunMessage, RunStatus } from '@holdfast/transactions';

export interface PostgresRunState {
  readonly id: string;
  readonly type: string;
  readonly version: number;
  readonly status: RunStatus;
  readonly note: string | undefined;
  readonly records: readonly Uint8Array[];
  readonly createdAt: number;
}

/** A run that this worker drives. */
export class PostgresRun implements OwnedRun {
  readonly owned = true;
  readonly id: string;
  readonly type: string;
  readonly version: number;
  records: readonly Uint8Array[];
  readonly status: RunStatus;
  held: readonly string[] = [];
  awaited: readonly string[] = [];
  createdAt: number;
  /** Its number in the tables; 0 until it is there. */
  number = 0;
  /** Its worker has it: before, it is being created, or what it has is being read. */
  given = false;
  /** Created in vain, while one of its id was adopted that has not been given to the worker for that. */
  hidesAdopted = false;
  /** Of the next record. */
  nextPosition: number;
  /** As the last append has left them. */
  statusNow: RunStatus;
  note: string | undefined;
  /** The append that ends it, once it is asked for: no other one follows. */
  ending: Promise<void> | undefined = undefined;
  /** It has been announced that there is something for it. */
  announced = false;
  /** Its claims, by their keys. */
  readonly claims: Map<string, RunClaim> = new Map();
  /** Of the last message that its listener was or will be told. */
  #lastSequence = 0;
  #listener: RunListener | undefined;
  #untold: ((listener: RunListener) => void)[] = [];

  constructor(state: PostgresRunState) {
    this.id = state.id;
    this.type = state.type;
    this.version = state.version;
    this.status = state.status;
    this.statusNow = state.status;
    this.note = state.note;
    this.records = state.records;
    this.nextPosition = state.records.length;
    this.createdAt = state.createdAt;
  }

  get listener(): RunListener | undefined {
    return this.#listener;
  }

  set listener(listener: RunListener | undefined) {
    this.#listener = listener;
    if (listener !== undefined && this.#untold.length > 0) setImmediate(() => this.#tellAll());
  }

  get lastSequence(): number {
    return this.#lastSequence;
  }

  deliver(message: RunMessage): void {
    if (message.sequence <= this.#lastSequence) return;
    this.#lastSequence = message.sequence;
    this.#tell((listener) => listener.message(message));
  }

  /** The claim of that place holds its key now. */
  grant(key: string, place: number): void {
    const claim = this.claims.get(key);
    if (claim === undefined) return;
    if (claim.place === undefined) claim.grantedPlaces.push(place);
    else if (claim.place === place && !claim.held) {
      claim.held = true;
      this.#tell((listener) => listener.granted(key));
    }
  }

  /** A claim that it had when it became this worker's. */
  restoreClaim(key: string, place: number, held: boolean): void {
    const claim = new RunClaim();
    claim.settle(place, held);
    this.claims.set(key, claim);
    if (held) this.held = [...this.held, key];
    else this.awaited = [...this.awaited, key];
  }

  #tell(tell: (listener: RunListener) => void): void {
    this.#untold.push(tell);
    if (this.#listener !== undefined) this.#tellAll();
  }

  #tellAll(): void {
    while (this.#listener !== undefined && this.#untold.length > 0) {
      const tell = this.#untold.shift()!;
      if (this.statusNow !== 'ended') tell(this.#listener);
    }
  }
}

/** A claim of a run, from when it is asked for. */
export class RunClaim {
  /** Where it stands in line, once that is known. */
  place: number | undefined = undefined;
  held = false;
  /** Heard of before the answer came that says which of them is this claim's. */
  readonly grantedPlaces: number[] = [];

  settle(place: number, held: boolean): void {
    this.place = place;
    this.held = held || this.grantedPlaces.includes(place);
  }
}
