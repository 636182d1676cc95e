import type { Random } from '@holdfast/core';

const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789';
const idLength = 8;

/** An id for a ledger that is being made: see `LedgerSession.ledgerId`. */
export function newLedgerId(random: Random): string {
  let id = '';
  while (id.length < idLength) id += alphabet[random.below(alphabet.length)];
  return id;
}
