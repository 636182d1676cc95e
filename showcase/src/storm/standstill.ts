/** Has the event loop of this process stand still again and again, as a synchronous call in a busy handler does. */
export class Standstill {
  private timer: NodeJS.Timeout | undefined;
  private millis = 0;

  /** For `millis` at a time, with as long a breath between; 0 ends it. */
  each(millis: number): void {
    if (millis === this.millis) return;
    this.millis = millis;
    clearInterval(this.timer);
    if (millis > 0) this.timer = setInterval(() => standStill(millis), 2 * millis);
  }
}

const nobody = new Int32Array(new SharedArrayBuffer(4));

/** Sleeping costs the other processes of the machine nothing; to this one it is the same as computing. */
function standStill(millis: number): void {
  Atomics.wait(nobody, 0, 0, millis);
}
