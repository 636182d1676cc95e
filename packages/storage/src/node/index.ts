export {
  answerAboutJournal,
  type JournalFolder,
  type JournalFolderOptions,
  type JournalInspection,
  type JournalRequest,
  journalDirectory,
  openJournalFolder,
} from './open-journal-folder.ts';
