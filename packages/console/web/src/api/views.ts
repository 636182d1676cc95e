/** What the store holds, as SQL and exports name it. */
export const views = ['spans', 'logs', 'metrics', 'exemplars'] as const;
