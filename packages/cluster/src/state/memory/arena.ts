import { assert } from '@holdfast/core';

/** Addresses count in units of so many bytes. */
const unitBytes = 16;

const slabUnits = 0x1_0000;
const slabBytes: number = slabUnits * unitBytes;
const slabsMax = 0x1_0000;

/** Of units: larger blocks have slabs of their own. */
const smallMax = 0x1000;

const classUnits: readonly number[] = makeClasses();
const classOfUnits: Uint8Array = makeClassTable();

/**
 * Blocks of bytes outside the garbage collector's sight: millions of them cost it nothing. A block stays where it is
 * until it is freed. Its address has the number of its slab in the upper 16 bits, and in the lower ones the unit within
 * the slab; 0 is the address of nothing. Each slab has blocks of one size, so that freed ones are used again as they
 * are; an empty slab is given back.
 *
 * Users reach into `bytes`, `words` and `doubles` at the slab's number: `words[address >>> 16][(address & 0xffff) * 4]`.
 */
export class Arena {
  readonly bytes: Uint8Array[] = [];
  readonly words: Uint32Array[] = [];
  readonly doubles: Float64Array[] = [];
  private readonly slabs: Slab[] = [];
  /** Numbers of slabs that were given back. */
  private readonly vacant: number[] = [];
  /** For each class its slabs with room, the one in use last. */
  private readonly open: Slab[][] = classUnits.map(() => []);
  private reserved = 0;

  constructor() {
    // Nobody gets the address 0.
    this.occupy(new Slab(0, -1, 1, 1), new ArrayBuffer(unitBytes));
  }

  /** Bytes taken from the system. */
  get reservedBytes(): number {
    return this.reserved;
  }

  /** A block of at least so many bytes, with anything in it. */
  allocate(bytes: number): number {
    const units = (bytes + unitBytes - 1) >>> 4;
    if (units > smallMax) return this.allocateLarge(units);
    const sizeClass = classOfUnits[units]!;
    const open = this.open[sizeClass]!;
    const slab = open.length > 0 ? open[open.length - 1]! : this.openSlab(sizeClass);
    let unit = slab.freed;
    if (unit !== nothing) {
      slab.freed = this.words[slab.number]![unit << 2]!;
    } else {
      unit = slab.untouched;
      slab.untouched += slab.blockUnits;
    }
    slab.used++;
    if (slab.freed === nothing && slab.untouched + slab.blockUnits > slab.units) {
      open.pop();
      slab.isOpen = false;
    }
    return ((slab.number << 16) | unit) >>> 0;
  }

  free(address: number): void {
    const slab = this.slabs[address >>> 16]!;
    slab.used--;
    if (slab.sizeClass < 0) {
      this.giveBack(slab);
      return;
    }
    const unit = address & 0xffff;
    this.words[slab.number]![unit << 2] = slab.freed;
    slab.freed = unit;
    const open = this.open[slab.sizeClass]!;
    if (!slab.isOpen) {
      slab.isOpen = true;
      open.push(slab);
    } else if (slab.used === 0 && open.length > 1) {
      open.splice(open.indexOf(slab), 1);
      this.giveBack(slab);
    }
  }

  private openSlab(sizeClass: number): Slab {
    const blockUnits = classUnits[sizeClass]!;
    // The first slabs of a class are small, so that a small store is small.
    const slabsBefore = this.slabs.length - this.vacant.length;
    const wanted = slabsBefore < 64 ? Math.min(slabUnits, Math.max(1024, blockUnits * 4)) : slabUnits;
    const units = Math.floor(wanted / blockUnits) * blockUnits;
    const slab = new Slab(this.vacant.pop() ?? this.slabs.length, sizeClass, blockUnits, units);
    this.occupy(slab, new ArrayBuffer(units * unitBytes));
    slab.isOpen = true;
    this.open[sizeClass]!.push(slab);
    return slab;
  }

  /** A slab of its own, which takes as many slabs' numbers as it is long. */
  private allocateLarge(units: number): number {
    const numbers = Math.ceil(units / slabUnits);
    const number = numbers === 1 && this.vacant.length > 0 ? this.vacant.pop()! : this.slabs.length;
    const slab = new Slab(number, -1, units, units);
    slab.used = 1;
    this.occupy(slab, new ArrayBuffer(units * unitBytes));
    for (let further = 1; further < numbers; further++) {
      this.occupy(new Slab(number + further, -1, 0, 0), new ArrayBuffer(0));
    }
    return (number << 16) >>> 0;
  }

  private occupy(slab: Slab, buffer: ArrayBuffer): void {
    if (slab.number >= slabsMax) assert(false, `more than ${(slabsMax * slabBytes) / 2 ** 30} GiB of state`);
    this.slabs[slab.number] = slab;
    this.bytes[slab.number] = new Uint8Array(buffer);
    this.words[slab.number] = new Uint32Array(buffer);
    this.doubles[slab.number] = new Float64Array(buffer);
    this.reserved += buffer.byteLength;
  }

  private giveBack(slab: Slab): void {
    this.reserved -= slab.units * unitBytes;
    const numbers = Math.max(1, Math.ceil(slab.units / slabUnits));
    for (let number = slab.number; number < slab.number + numbers; number++) {
      this.bytes[number] = noBytes;
      this.words[number] = noWords;
      this.doubles[number] = noDoubles;
      this.vacant.push(number);
    }
  }
}

const nothing = 0xffff_ffff;
const noBytes: Uint8Array = new Uint8Array(0);
const noWords: Uint32Array = new Uint32Array(0);
const noDoubles: Float64Array = new Float64Array(0);

class Slab {
  readonly number: number;
  /** -1 for a single large block. */
  readonly sizeClass: number;
  readonly blockUnits: number;
  readonly units: number;
  /** Where the first freed block begins; it holds where the next one does. */
  freed: number = nothing;
  /** Where the blocks begin that were never handed out. */
  untouched = 0;
  used = 0;
  /** Whether it has room, and stands among the open slabs of its class. */
  isOpen = false;

  constructor(number: number, sizeClass: number, blockUnits: number, units: number) {
    this.number = number;
    this.sizeClass = sizeClass;
    this.blockUnits = blockUnits;
    this.units = units;
  }
}

/** One unit apart up to 32, then sixteen to each doubling: at most a sixteenth is lost. */
function makeClasses(): number[] {
  const classes: number[] = [];
  for (let units = 1, step = 1; units <= smallMax; units += step) {
    classes.push(units);
    if (units >= 32 && (units & (units - 1)) === 0) step = units / 16;
  }
  return classes;
}

function makeClassTable(): Uint8Array {
  const table = new Uint8Array(smallMax + 1);
  let sizeClass = 0;
  for (let units = 0; units <= smallMax; units++) {
    if (units > classUnits[sizeClass]!) sizeClass++;
    table[units] = sizeClass;
  }
  return table;
}
