import type { ErrandKind } from './errands/errand.ts';
import type { Order } from './order.ts';

/** What the services write into their books, one fact a line. The audit reads nothing else of them. */
export type Fact =
  // orders
  | { readonly fact: 'begun'; readonly basket: string; readonly attempt: number; readonly order: Order }
  | {
      readonly fact: 'accepted';
      readonly basket: string;
      readonly attempt: number;
      readonly order: Order;
      /** What remains to be done for it, for certain. Empty when nobody promises that. */
      readonly owed: readonly ErrandKind[];
    }
  | {
      readonly fact: 'abandoned';
      readonly basket: string;
      readonly attempt: number;
      readonly owed: readonly ErrandKind[];
    }
  | {
      readonly fact: 'delivered';
      readonly basket: string;
      readonly attempt: number;
      readonly errand: ErrandKind;
    }
  // payments
  | { readonly fact: 'charge'; readonly basket: string; readonly key?: string; readonly cents: number }
  | { readonly fact: 'refund'; readonly basket: string; readonly key: string }
  /** A charge that never happened and must not happen any more. */
  | { readonly fact: 'void'; readonly basket: string; readonly key: string }
  // inventory
  | {
      readonly fact: 'reservation';
      readonly basket: string;
      readonly key?: string;
      readonly item: string;
      readonly quantity: number;
    }
  | {
      readonly fact: 'release';
      readonly basket: string;
      readonly key: string;
      readonly item: string;
      readonly quantity: number;
    }
  // shipping
  | { readonly fact: 'shipment'; readonly basket: string; readonly key?: string };
