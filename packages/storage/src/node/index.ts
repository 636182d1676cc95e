export {
  answerAboutJournal,
  isJournalRequest,
  type JournalFolder,
  type JournalFolderOptions,
  type JournalRequest,
  journalDirectory,
  openJournalFolder,
} from './open-journal-folder.ts';
