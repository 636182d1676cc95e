import type { World } from '@holdfast/core';
import type { AnyRunDefinition, Ledger } from '@holdfast/transactions';
import type { Stack } from '../stack/stack.ts';
import type { Fact } from './facts.ts';
import type { Hands } from './hands.ts';
import type { Handler } from './http.ts';

/** A service's durable memory. */
export interface FactBook {
  /** Resolves when `fact` is on the disk. Facts go down in the order of the calls. */
  append(fact: Fact): Promise<void>;
}

/** What the process gives to the business code that runs in it. */
export interface Workplace {
  readonly hands: Hands;
  readonly stack: Stack;
  readonly world: World;
  /** Opens the service's book, telling it all that the book already holds. */
  openBook(remember: (fact: Fact) => void): Promise<FactBook>;
  /** Opens the service's ledger, in which sagas of `definition` run. */
  openLedger(definition: AnyRunDefinition): Promise<Ledger>;
}

/** The business of one service. */
export interface Business {
  readonly handle: Handler;
  /** Things that it still has to do for orders it has accepted. */
  readonly owed?: () => number;
  /** Orders of an earlier life that it has gone on with. */
  readonly resumed?: () => number;
}

export type OpenBusiness = (workplace: Workplace) => Promise<Business>;
