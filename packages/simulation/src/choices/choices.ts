import { Site } from './site.ts';

/** Something improbable that happened: the `ordinal`-th time that chance was asked about `kind` for `subject`. */
export interface Choice {
  /** What happened, such as `'loss'` or `'torn-write'`. */
  readonly kind: string;
  /** Whom or what it happened to: a host, or a link as `'from>to'`. */
  readonly subject: string;
  /** From 0. */
  readonly ordinal: number;
}

export interface ChoicesOptions {
  /**
   * Nothing improbable happens but these. A shrinker runs a seed again with fewer and fewer of the choices that its
   * first run took, and nothing else about the run changes.
   */
  readonly only?: readonly Choice[] | undefined;
  /** Hears of each choice when it is taken. */
  readonly onTaken?: ((choice: Choice) => void) | undefined;
}

/**
 * All chance of a simulated run. Each site (a kind of event and its subject) draws from a stream of its own, and
 * the n-th draw of a site is a function of the seed, the site and n alone: a draw more or less in one place shifts
 * nothing anywhere else. That is what lets a failure be shrunk.
 */
export class Choices {
  /** Every choice taken so far, in order. */
  readonly taken: Choice[] = [];
  readonly #seed: string;
  readonly #only: ReadonlyMap<string, ReadonlySet<number>> | undefined;
  readonly #onTaken: ((choice: Choice) => void) | undefined;
  readonly #sites = new Map<string, Site>();

  constructor(seed: number | string, { only, onTaken }: ChoicesOptions = {}) {
    this.#seed = String(seed);
    this.#only = only && bySite(only);
    this.#onTaken = onTaken;
  }

  /** The site of `kind` for `subject`: always the same object. Keep it where draws are frequent. */
  site(kind: string, subject = ''): Site {
    const name = siteName(kind, subject);
    let site = this.#sites.get(name);
    if (site === undefined) {
      const allowed = this.#only && (this.#only.get(name) ?? none);
      site = new Site(this.#seed, name, allowed, (ordinal) => this.#take({ kind, subject, ordinal }));
      this.#sites.set(name, site);
    }
    return site;
  }

  #take(choice: Choice): void {
    this.taken.push(choice);
    this.#onTaken?.(choice);
  }
}

const none: ReadonlySet<number> = new Set();

function siteName(kind: string, subject: string): string {
  return `${kind} ${subject}`;
}

function bySite(choices: readonly Choice[]): Map<string, Set<number>> {
  const ordinals = new Map<string, Set<number>>();
  for (const { kind, subject, ordinal } of choices) {
    const name = siteName(kind, subject);
    const known = ordinals.get(name);
    if (known === undefined) ordinals.set(name, new Set([ordinal]));
    else known.add(ordinal);
  }
  return ordinals;
}
