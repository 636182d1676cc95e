import { type Place, type Plan, precedes } from '../../saga/records/plan.ts';
import type { Effect } from './effects.ts';

/** What is wrong with what a saga has called, whatever its steps are for; nothing when all is as it should be. */
export function checkEffects(
  plan: Plan,
  effects: readonly Effect[],
  outcome: 'committed' | 'rolled-back',
): string[] {
  return new EffectCheck(plan, effects).problems(outcome);
}

class EffectCheck {
  readonly #plan: Plan;
  readonly #effects: readonly Effect[];
  readonly #problems: string[] = [];

  constructor(plan: Plan, effects: readonly Effect[]) {
    this.#plan = plan;
    this.#effects = effects;
  }

  problems(outcome: 'committed' | 'rolled-back'): string[] {
    const actions = this.#plan.places.filter(
      ({ kind }) => kind !== 'wait' && kind !== 'sleep' && kind !== 'input',
    );
    for (const place of actions) {
      this.#checkKey(place, false);
      this.#checkKey(place, true);
      if (outcome === 'committed') this.#checkCommitted(place);
      else this.#checkRolledBack(place);
      for (const other of actions) if (precedes(place, other)) this.#checkOrder(place, other);
    }
    return this.#problems;
  }

  #calls({ name }: Place, undo: boolean): Effect[] {
    return this.#effects.filter((effect) => effect.step === name && effect.undo === undo);
  }

  #checkKey(place: Place, undo: boolean): void {
    const keys = new Set(this.#calls(place, undo).map(({ key }) => key));
    const what = `${undo ? 'the compensation of ' : ''}'${place.name}'`;
    if (keys.size > 1) this.#problems.push(`${what} was called with several keys: ${[...keys].join(', ')}`);
    for (const key of keys) {
      const other = this.#effects.find(
        (one) => one.key === key && (one.step !== place.name || one.undo !== undo),
      );
      if (other) this.#problems.push(`${what} and '${other.step}' were called with the same key ${key}`);
    }
  }

  #checkCommitted(place: Place): void {
    const { name } = place;
    if (!this.#calls(place, false).some(({ happened }) => happened)) {
      this.#problems.push(`the saga has committed, but '${name}' was never done`);
    }
    if (this.#calls(place, true).length > 0) {
      this.#problems.push(`the saga has committed, but '${name}' was undone`);
    }
  }

  #checkRolledBack(place: Place): void {
    const { name, kind } = place;
    const did = this.#calls(place, false);
    if (kind !== 'step') {
      const happened = did.some((effect) => effect.happened);
      if (happened) this.#problems.push(`the saga was rolled back, but its ${kind} '${name}' had been done`);
      return;
    }
    if (did.length === 0) return;
    const last = Math.max(...did.map(({ began }) => began));
    const undone = this.#calls(place, true).filter(({ happened }) => happened);
    if (undone.length === 0) this.#problems.push(`'${name}' had begun, and was never undone`);
    else if (undone.every(({ began }) => began < last)) {
      this.#problems.push(`'${name}' was done once more after it had been undone`);
    }
  }

  /** `later` comes after `earlier`: it begins when that has ended, and is undone before that is. */
  #checkOrder(earlier: Place, later: Place): void {
    const began = firstBeginning(this.#calls(later, false));
    const done = firstSuccess(this.#calls(earlier, false));
    if (began < done) {
      this.#problems.push(`'${later.name}' began before '${earlier.name}' had ended`);
    }
    const undoing = firstBeginning(this.#calls(earlier, true));
    if (began === Number.POSITIVE_INFINITY || later.kind !== 'step') return;
    if (undoing < firstSuccess(this.#calls(later, true))) {
      this.#problems.push(`'${earlier.name}' was undone before '${later.name}', which came after it`);
    }
  }
}

function firstBeginning(effects: readonly Effect[]): number {
  return Math.min(Number.POSITIVE_INFINITY, ...effects.map(({ began }) => began));
}

function firstSuccess(effects: readonly Effect[]): number {
  return Math.min(
    Number.POSITIVE_INFINITY,
    ...effects.flatMap(({ succeeded, ended }) => (succeeded && ended !== undefined ? [ended] : [])),
  );
}
