import type { Switches } from '@holdfast/core';
import type { Choices } from '../choices/choices.ts';
import type { Site } from '../choices/site.ts';

/** How often an armed switch is on, in parts per million. */
const onShare = 250_000;

/**
 * Switches after FoundationDB's BUGGIFY: chance arms each name once per run, and an armed one is on in a quarter of the
 * cases in which a host asks. Both are choices, `'switch-armed'` of the name and `'switch'` of the host.
 */
export class ArmedSwitches {
  readonly #choices: Choices;
  readonly #share: number;
  readonly #armed = new Map<string, boolean>();

  /** @param share - the part of all names that is armed, from 0 to 1. */
  constructor(choices: Choices, share: number) {
    this.#choices = choices;
    this.#share = Math.round(share * 1_000_000);
  }

  armed(name: string): boolean {
    let armed = this.#armed.get(name);
    if (armed === undefined) {
      armed = this.#choices.site('switch-armed', name).happens(this.#share);
      this.#armed.set(name, armed);
    }
    return armed;
  }

  site(host: string, name: string): Site {
    return this.#choices.site(`switch:${name}`, host);
  }
}

/** The switches as the processes of one host see them. */
export class HostSwitches implements Switches {
  readonly #host: string;
  readonly #armed: ArmedSwitches;
  /** Undefined for names that are not armed. */
  readonly #sites = new Map<string, Site | undefined>();

  constructor(host: string, armed: ArmedSwitches) {
    this.#host = host;
    this.#armed = armed;
  }

  on(name: string): boolean {
    let site = this.#sites.get(name);
    if (site === undefined && !this.#sites.has(name)) {
      site = this.#armed.armed(name) ? this.#armed.site(this.#host, name) : undefined;
      this.#sites.set(name, site);
    }
    return site?.happens(onShare) ?? false;
  }
}
