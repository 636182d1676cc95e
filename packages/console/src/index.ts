export type * from './api/console-api.ts';
export { type ConsoleErrorCode, consoleErrors } from './console-errors.ts';
export { type ConsoleOptions, type OpenConsole, openConsole } from './open-console.ts';
export type { BatchSink } from './otlp/batch-sink.ts';
export { type ImportFigures, type ImportOptions, importFiles } from './otlp/import/import-files.ts';
