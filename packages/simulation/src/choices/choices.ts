import { AllowedChoices } from './allowed-choices.ts';
import { Site } from './site.ts';

/** Something improbable that happened when chance was asked about `kind` for `subject`. */
export interface Choice {
  /** What happened, such as `'loss'` or `'torn-write'`. */
  readonly kind: string;
  /** Whom or what it happened to: a host, or a link as `'from>to'`. */
  readonly subject: string;
  /** When it happened, in microseconds of true time. */
  readonly at?: number;
  /** How often chance had been asked about it before: at that moment, or in the whole run where `at` is left out. */
  readonly ordinal: number;
}

export interface ChoicesOptions {
  /**
   * Nothing improbable happens but these. A shrinker runs a seed again with fewer and fewer of the choices that its
   * first run took, and nothing else about the run changes. One whose moment has passed unused, since the run has become
   * another, is taken up to 100 ms late.
   */
  readonly only?: readonly Choice[] | undefined;
  /** The time, in whole microseconds; it never goes back. Default: always 0. */
  readonly now?: (() => number) | undefined;
  /** Hears of each choice when it is taken. */
  readonly onTaken?: ((choice: Choice) => void) | undefined;
}

/**
 * All chance of a simulated run. Each site (a kind of event and its subject) draws from a stream of its own, and
 * the n-th draw of a site at a moment is a function of the seed, the site, the moment and n alone: a draw more or less in
 * one place or earlier shifts nothing anywhere else. That is what lets a failure be shrunk.
 */
export class Choices {
  /** Every choice taken so far, in order. */
  readonly taken: Choice[] = [];
  readonly #seed: string;
  readonly #only: ReadonlyMap<string, AllowedChoices> | undefined;
  readonly #now: () => number;
  readonly #onTaken: ((choice: Choice) => void) | undefined;
  readonly #sites = new Map<string, Site>();

  constructor(seed: number | string, { only, now = () => 0, onTaken }: ChoicesOptions = {}) {
    this.#seed = String(seed);
    this.#only = only && bySite(only);
    this.#now = now;
    this.#onTaken = onTaken;
  }

  /** The site of `kind` for `subject`: always the same object. Keep it where draws are frequent. */
  site(kind: string, subject = ''): Site {
    const name = siteName(kind, subject);
    let site = this.#sites.get(name);
    if (site === undefined) {
      const allowed = this.#only && (this.#only.get(name) ?? none);
      site = new Site(this.#seed, name, allowed, this.#now, (at, ordinal) =>
        this.#take({ kind, subject, at, ordinal }),
      );
      this.#sites.set(name, site);
    }
    return site;
  }

  #take(choice: Choice): void {
    this.taken.push(choice);
    this.#onTaken?.(choice);
  }
}

const none: AllowedChoices = new AllowedChoices([]);

function siteName(kind: string, subject: string): string {
  return `${kind} ${subject}`;
}

function bySite(choices: readonly Choice[]): ReadonlyMap<string, AllowedChoices> {
  const choicesOf = new Map<string, Choice[]>();
  for (const choice of choices) {
    const name = siteName(choice.kind, choice.subject);
    const known = choicesOf.get(name);
    if (known === undefined) choicesOf.set(name, [choice]);
    else known.push(choice);
  }
  return new Map([...choicesOf].map(([name, own]) => [name, new AllowedChoices(own)]));
}
