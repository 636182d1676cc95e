import type { Choices } from '../../choices/choices.ts';
import type { Site } from '../../choices/site.ts';

/** Like an Ethernet packet's payload, and like a large one of a network that takes such. */
const packetBytes = 1_460;
const jumboBytes = 16_384;

/**
 * Where the streams between two hosts get cut into pieces. Real networks do so as they please, and programs that take
 * a piece for a message fail rarely; here they fail soon.
 */
export class StreamChance {
  readonly #size: Site;
  readonly #delay: Site;
  readonly #read: Site;

  constructor(choices: Choices, from: string, to: string) {
    const subject = `${from}>${to}`;
    this.#size = choices.site('segment-size', subject);
    this.#delay = choices.site('segment-delay', subject);
    this.#read = choices.site('read-size', subject);
  }

  /** How many bytes the next segment takes at most. */
  segmentSize(): number {
    switch (this.#size.below(8)) {
      case 0:
        return this.#size.between(1, 16);
      case 1:
      case 2:
        return this.#size.between(1, packetBytes);
      default:
        return jumboBytes;
    }
  }

  /** Whether what is written waits for the next acknowledgement, and goes out together with what follows it. */
  delays(): boolean {
    return this.#delay.below(2) === 0;
  }

  /** How many of the bytes that are there one read gets. */
  readSize(available: number): number {
    return this.#read.below(4) === 0 ? this.#read.between(1, available) : available;
  }
}
