import type { ShapeBook, ShapeFilter } from '../store/shape-book.ts';
import type { CallShapes } from '../store/trace-search.ts';
import { type Callees, isCall, seenByCaller } from './service-flow.ts';

/**
 * Calls by some of somebody, as a search for traces wants them. Those of a whole service are known by their callers' spans where
 * these say whom they call; those that one process or operation answered are known by its spans alone.
 */
export function callShapes(
  book: ShapeBook,
  callees: Callees,
  callers: ShapeFilter,
  callee: ShapeFilter & { readonly service: string },
): CallShapes {
  const byAnswer = callee.instance !== undefined || callee.operation !== undefined;
  const all: number[] = [];
  const some: number[] = [];
  for (const shape of book.fitting(callers)) {
    const sure = isCall(shape) && seenByCaller(shape, callees) === callee.service;
    if (sure && !byAnswer) all.push(shape.id);
    else if (sure || !isCall(shape) || callees.get(shape.id)?.has(callee.service)) some.push(shape.id);
  }
  const answers = book.fitting(callee).filter((shape) => !isCall(shape));
  return { all, some, answers: answers.map(({ id }) => id) };
}
