import { violated } from '../invariant.ts';

/** The appends that a follower has not answered yet: a window bounded in messages and in bytes. */
export class Inflights {
  private readonly lastIndexes: Float64Array;
  private readonly sizes: Float64Array;
  private readonly bytesMax: number;
  private head = 0;
  private countNow = 0;
  private bytesNow = 0;

  constructor(messagesMax: number, bytesMax: number) {
    this.lastIndexes = new Float64Array(messagesMax);
    this.sizes = new Float64Array(messagesMax);
    this.bytesMax = bytesMax;
  }

  get count(): number {
    return this.countNow;
  }

  get bytes(): number {
    return this.bytesNow;
  }

  get full(): boolean {
    return this.countNow === this.lastIndexes.length || this.bytesNow >= this.bytesMax;
  }

  add(lastIndex: number, bytes: number): void {
    if (this.full) violated(`append up to ${lastIndex} sent beyond a window of ${this.countNow} messages`);
    const place = (this.head + this.countNow) % this.lastIndexes.length;
    this.lastIndexes[place] = lastIndex;
    this.sizes[place] = bytes;
    this.countNow++;
    this.bytesNow += bytes;
  }

  clear(): void {
    this.countNow = 0;
    this.bytesNow = 0;
  }

  /** An answer stands for all earlier messages. */
  freeUpTo(index: number): void {
    while (this.countNow > 0 && this.lastIndexes[this.head]! <= index) {
      this.bytesNow -= this.sizes[this.head]!;
      this.head = (this.head + 1) % this.lastIndexes.length;
      this.countNow--;
    }
    if (this.countNow === 0 && this.bytesNow !== 0)
      violated(`${this.bytesNow} bytes in flight in no message`);
  }
}
