/** A binary heap, the least first, that can also take out what is anywhere in it. */
export class LeaseHeap<Item extends object> {
  private readonly items: Item[] = [];
  private readonly places: Map<Item, number> = new Map();
  private readonly timeOf: (item: Item) => number;

  /** @param timeOf - must not change while the item is in the heap. */
  constructor(timeOf: (item: Item) => number) {
    this.timeOf = timeOf;
  }

  get first(): Item | undefined {
    return this.items[0];
  }

  add(item: Item): void {
    this.items.push(item);
    this.rise(item, this.items.length - 1);
  }

  /** Nothing happens when it is not in it. */
  remove(item: Item): void {
    const place = this.places.get(item);
    if (place === undefined) return;
    this.places.delete(item);
    const last = this.items.pop()!;
    if (last === item) return;
    this.sink(last, this.rise(last, place));
  }

  clear(): void {
    this.items.length = 0;
    this.places.clear();
  }

  private rise(item: Item, from: number): number {
    const time = this.timeOf(item);
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (this.timeOf(this.items[parent]!) <= time) break;
      this.put(this.items[parent]!, place);
      place = parent;
    }
    this.put(item, place);
    return place;
  }

  private sink(item: Item, from: number): void {
    const time = this.timeOf(item);
    let place = from;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= this.items.length) break;
      const right = child + 1;
      if (right < this.items.length && this.timeOf(this.items[right]!) < this.timeOf(this.items[child]!)) {
        child = right;
      }
      if (this.timeOf(this.items[child]!) >= time) break;
      this.put(this.items[child]!, place);
      place = child;
    }
    this.put(item, place);
  }

  private put(item: Item, place: number): void {
    this.items[place] = item;
    this.places.set(item, place);
  }
}
