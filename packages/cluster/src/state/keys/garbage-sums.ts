const chunkLength = 4096;

/**
 * For each revision after the compacted one: how many bytes the versions have in all that were superseded up to it. So
 * what a compaction sets free is known at once, long before it is taken apart.
 */
export class GarbageSums {
  private readonly chunks: Float64Array[] = [];
  /** The revision of the first number of the first chunk. */
  private first: number;
  private next: number;

  /** @param next - the first revision to come. */
  constructor(next: number) {
    this.first = next;
    this.next = next;
  }

  /** Notes the sum as it is after the next revision. */
  push(sum: number): void {
    const at = this.next++ - this.first;
    const chunk = Math.floor(at / chunkLength);
    if (chunk === this.chunks.length) this.chunks.push(new Float64Array(chunkLength));
    this.chunks[chunk]![at % chunkLength] = sum;
  }

  at(revision: number): number {
    const at = revision - this.first;
    return this.chunks[Math.floor(at / chunkLength)]![at % chunkLength]!;
  }

  /** Forgets the sums before `revision`, in whole chunks. */
  forgetBefore(revision: number): void {
    const chunks = Math.floor((revision - this.first) / chunkLength);
    if (chunks <= 0) return;
    this.chunks.splice(0, chunks);
    this.first += chunks * chunkLength;
  }
}
