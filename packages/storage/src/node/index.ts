export {
  answerAboutJournal,
  type JournalFolder,
  type JournalFolderOptions,
  type JournalInspection,
  type JournalRequest,
  openJournalFolder,
} from './open-journal-folder.ts';
