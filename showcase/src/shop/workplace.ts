import type { Stack } from '../stack/stack.ts';
import type { Book } from './book.ts';
import type { Fact } from './facts.ts';
import type { Hands } from './hands.ts';
import type { Handler } from './http.ts';

/** What the process gives to the business code that runs in it. */
export interface Workplace {
  readonly hands: Hands;
  readonly stack: Stack;
  /** Opens the service's book, telling it all that the book already holds. */
  openBook(remember: (fact: Fact) => void): Promise<Book<Fact>>;
}

/** The business of one service. */
export interface Business {
  readonly handle: Handler;
  /** Things that it still has to do for orders it has accepted. */
  readonly owed?: () => number;
}

export type OpenBusiness = (workplace: Workplace) => Promise<Business>;
