/** The same settings for every library, so that the chains promise the same. */
export const maxAttempts = 3;
export const timeoutMilliseconds = 1_000;
export const maxConcurrent = 10;
export const maxQueue = 20;
export const failureRate = 0.5;
export const windowCalls = 100;
export const openMilliseconds = 30_000;
/** So high that every check is granted: the check is measured, not the refusal. */
export const permitsPerSecond = 1_000_000_000;
/** For each of many keys: so few that no key is unused again, and forgotten, while the others come. */
export const permitsPerKey = 10;
export const keyPeriodMilliseconds = 600_000;
