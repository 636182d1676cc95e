/** Items of a request that are left out: how many, and why the first was. */
export class Rejections {
  count = 0;
  reason: string | undefined;

  add(reason: string): void {
    this.count++;
    this.reason ??= reason;
  }
}
