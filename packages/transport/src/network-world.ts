import type { Network, World } from '@holdfast/core';

/** What channels need of the outside. */
export interface NetworkWorld extends World {
  readonly network: Network;
}
