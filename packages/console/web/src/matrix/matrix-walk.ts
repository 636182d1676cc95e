import type { Direction } from '../graph/walk-graph.ts';

/** Where a cell stands. */
export interface Place {
  readonly row: number;
  readonly column: number;
}

/**
 * The cell that one comes to from another: left and right the next in its row, up and down the nearest in the next row that has
 * any. Undefined where there is none.
 */
export function walkFrom<Cell extends Place>(
  cells: readonly Cell[],
  at: Place,
  direction: Direction,
): Cell | undefined {
  const sideways = direction === 'left' || direction === 'right';
  const sign = direction === 'right' || direction === 'down' ? 1 : -1;
  const ahead = ({ row, column }: Cell): number => (sideways ? column - at.column : row - at.row) * sign;
  const aside = ({ row, column }: Cell): number => Math.abs(sideways ? row - at.row : column - at.column);
  const reached = cells.filter((cell) => ahead(cell) > 0 && (!sideways || aside(cell) === 0));
  reached.sort((one, other) => ahead(one) - ahead(other) || aside(one) - aside(other));
  return reached[0];
}
