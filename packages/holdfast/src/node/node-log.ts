import type { Output } from '../output.ts';

export type LogLevel = 'info' | 'warning' | 'error';

/** What a node tells of itself while it runs, a line each. */
export interface NodeLog {
  /** `event` names what happened, for programs; `message` says it to people; `facts` are for programs again. */
  write(level: LogLevel, event: string, message: string, facts?: Readonly<Record<string, unknown>>): void;
}

/** Lines on the error output: a time, a level and the message; or an object of JSON. */
export function nodeLog(
  format: 'text' | 'json',
  output: Output,
  now: () => Date = () => new Date(),
): NodeLog {
  return {
    write: (level, event, message, facts = {}) => {
      const time = now().toISOString();
      output.error(
        format === 'json'
          ? JSON.stringify({ time, level, event, message, ...facts })
          : `${time} ${level === 'info' ? '' : `${level}: `}${message}`,
      );
    },
  };
}
