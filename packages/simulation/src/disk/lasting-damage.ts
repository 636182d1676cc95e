import type { FaultAtlas } from './fault-atlas.ts';
import type { StoredFile } from './stored-file.ts';

/** The lasting damage of one disk, file by file, as the {@link FaultAtlas} of its cluster has permitted it. */
export class LastingDamage {
  readonly #atlas: FaultAtlas | undefined;
  readonly #host: string;
  readonly #sectorBytes: number;
  /** By file, the damaged sectors and the area that each lies in. */
  readonly #sectors = new Map<StoredFile, Map<number, string>>();

  constructor(atlas: FaultAtlas | undefined, host: string, sectorBytes: number) {
    this.#atlas = atlas;
    this.#host = host;
    this.#sectorBytes = sectorBytes;
  }

  permits(path: string, sectors: readonly number[]): boolean {
    const atlas = this.#atlas;
    return (
      atlas === undefined || sectors.every((sector) => atlas.permits(this.#host, this.#area(path, sector)))
    );
  }

  /** A name that a flush has promised is lost. It stays so until the disk is wiped. */
  damageName(path: string): void {
    this.#atlas?.damage(this.#host, this.#area(path, 0));
  }

  permitsName(path: string): boolean {
    return this.permits(path, [0]);
  }

  damage(file: StoredFile, path: string, sectors: readonly number[]): void {
    if (this.#atlas === undefined) return;
    if (sectors.length === 0) return;
    const damaged = this.#sectors.get(file) ?? new Map<number, string>();
    this.#sectors.set(file, damaged);
    for (const sector of sectors) {
      if (damaged.has(sector)) continue;
      const area = this.#area(path, sector);
      this.#atlas.damage(this.#host, area);
      damaged.set(sector, area);
    }
  }

  /** Whether any file is damaged. */
  get any(): boolean {
    return this.#sectors.size > 0;
  }

  has(file: StoredFile): boolean {
    return this.#sectors.has(file);
  }

  /** The sectors from `first` up to, not including, `end` hold what they should, but for those in `except`. */
  heal(file: StoredFile, first: number, end: number, except: ReadonlySet<number> = none): void {
    const damaged = this.#sectors.get(file);
    if (damaged === undefined) return;
    for (const [sector, area] of damaged) {
      if (sector < first || sector >= end || except.has(sector)) continue;
      this.#atlas?.heal(this.#host, area);
      damaged.delete(sector);
    }
    if (damaged.size === 0) this.#sectors.delete(file);
  }

  /** Only the files that `exists` knows are still there. */
  forget(exists: (file: StoredFile) => boolean): void {
    for (const file of this.#sectors.keys()) if (!exists(file)) this.heal(file, 0, Number.POSITIVE_INFINITY);
  }

  wipe(): void {
    this.#sectors.clear();
    this.#atlas?.wiped(this.#host);
  }

  restored(): void {
    this.#atlas?.restored(this.#host);
  }

  #area(path: string, sector: number): string {
    return this.#atlas!.areaOf(path, sector * this.#sectorBytes);
  }
}

const none: ReadonlySet<number> = new Set();
