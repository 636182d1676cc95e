import type { ShapeBook } from '../store/shape-book.ts';
import type { CallShapes } from '../store/trace-search.ts';
import { type Callees, isCall, seenByCaller } from './service-flow.ts';

/** The calls of a service, as a search for traces wants them: of its callers by that service, and that name, or of all. */
export function callShapes(
  book: ShapeBook,
  callees: Callees,
  callers: { readonly service?: string | undefined; readonly operation?: string | undefined },
  callee: string,
): CallShapes {
  const all: number[] = [];
  const some: number[] = [];
  for (const shape of book.shapesNamed(callers)) {
    if (!isCall(shape)) some.push(shape.id);
    else if (seenByCaller(shape, callees) === callee) all.push(shape.id);
    else if (callees.get(shape.id)?.has(callee)) some.push(shape.id);
  }
  const answers = book.shapesNamed({ service: callee }).filter((shape) => !isCall(shape));
  return { all, some, answers: answers.map(({ id }) => id) };
}
