export { type FolderEngineOptions, folderEngine } from './folder-engine.ts';
