import type { ApiRequest } from './api-request.ts';

/** One request that the API answers. */
export interface Route {
  readonly method: 'GET' | 'POST';
  /** Below `/api/v1`; a part that is `*` stands for one of any text. */
  readonly path: string;
  /** Whether it changes something, for which the token is needed. */
  readonly acts?: boolean;
  /** What is answered as JSON; undefined for 204; or a {@link FileAnswer} or `ColumnAnswer`. */
  answer(request: ApiRequest): unknown;
}

/** A file that goes out as it is read. */
export class FileAnswer {
  readonly path: string;
  readonly contentType: string;
  /** Called when it went out, or could not. */
  readonly done: () => void;

  constructor(path: string, contentType: string, done: () => void) {
    this.path = path;
    this.contentType = contentType;
    this.done = done;
  }
}

/** What was asked for, with what stands in the place of its variables; or that it is there with another method. */
export function findRoute(
  routes: readonly Route[],
  method: string | undefined,
  path: string,
): { readonly route: Route; readonly path: readonly string[] } | 'other-method' | undefined {
  const parts = path.split('/').slice(1);
  let other = false;
  for (const route of routes) {
    const variables = matchParts(route.path.split('/').slice(1), parts);
    if (variables === undefined) continue;
    if (route.method === method) return { route, path: variables };
    other = true;
  }
  return other ? 'other-method' : undefined;
}

function matchParts(pattern: readonly string[], parts: readonly string[]): string[] | undefined {
  if (pattern.length !== parts.length) return undefined;
  const variables: string[] = [];
  for (let i = 0; i < parts.length; i++) {
    const part = decoded(parts[i]!);
    if (part === undefined) return undefined;
    if (pattern[i] === '*') variables.push(part);
    else if (pattern[i] !== part) return undefined;
  }
  return variables;
}

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
