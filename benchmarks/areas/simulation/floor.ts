import type { Library, Subject } from '../../harness/area.ts';
import { nextDelay, pendingFew, pendingMany, spanOf } from './settings.ts';

/** A binary heap in typed arrays, and a call of one function for each event: no hosts, no digest, nothing to disarm. */
export const floor: Library = {
  name: 'floor',
  version: '',
  subjects: {
    'events-sync-1k': bareHeap(pendingFew),
    'events-sync-20k': bareHeap(pendingMany),
  },
};

function bareHeap(pending: number): Subject {
  return () => {
    const heap = new EventHeap(pending);
    const handle = (event: number, now: number) => heap.push(now + nextDelay(), event);
    for (let event = 0; event < pending; event++) handle(event, 0);
    let now = 0;
    return {
      run(calls) {
        const end = now + spanOf(calls, pending);
        for (; heap.due <= end; ) {
          now = heap.due;
          handle(heap.pop(), now);
        }
        now = end;
      },
    };
  };
}

class EventHeap {
  readonly #due: Float64Array;
  readonly #event: Int32Array;
  #size = 0;

  constructor(capacity: number) {
    this.#due = new Float64Array(capacity);
    this.#event = new Int32Array(capacity);
  }

  /** When the first event is due. */
  get due(): number {
    return this.#due[0]!;
  }

  push(due: number, event: number): void {
    const dues = this.#due;
    const events = this.#event;
    let place = this.#size++;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (dues[parent]! <= due) break;
      dues[place] = dues[parent]!;
      events[place] = events[parent]!;
      place = parent;
    }
    dues[place] = due;
    events[place] = event;
  }

  pop(): number {
    const dues = this.#due;
    const events = this.#event;
    const first = events[0]!;
    const size = --this.#size;
    const due = dues[size]!;
    const event = events[size]!;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= size) break;
      if (child + 1 < size && dues[child + 1]! < dues[child]!) child++;
      if (dues[child]! >= due) break;
      dues[place] = dues[child]!;
      events[place] = events[child]!;
      place = child;
    }
    dues[place] = due;
    events[place] = event;
    return first;
  }
}
