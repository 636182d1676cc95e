export type * from './api/console-api.ts';
export { type ConsoleErrorCode, consoleErrors } from './console-errors.ts';
export { type ConsoleOptions, type OpenConsole, openConsole } from './open-console.ts';
