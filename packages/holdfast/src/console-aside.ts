/**
 * Does `body` while what programs print with `console` goes to stderr, so that stdout is left to what the command says;
 * as ever where `aside` is false.
 */
export async function withConsoleAside<T>(aside: boolean, body: () => Promise<T>): Promise<T> {
  if (!aside) return body();
  const { log, info, debug, error } = console;
  Object.assign(console, { log: error, info: error, debug: error });
  try {
    return await body();
  } finally {
    Object.assign(console, { log, info, debug });
  }
}
