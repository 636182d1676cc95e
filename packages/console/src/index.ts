export type * from './api/console-api.ts';
