export type { MessageType } from './message-type.ts';
