export type { JournalCase, JournalSubject } from './journal-case.ts';
export { journalContract } from './journal-contract.ts';
