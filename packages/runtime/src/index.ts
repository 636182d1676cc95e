export { nodeDisk } from './disk/node-disk.ts';
export { type AskOwnerOptions, askOwner } from './folder/ask-owner.ts';
export type { OwnerAnswer } from './folder/claim.ts';
export { type FolderErrorCode, folderErrors } from './folder/folder-errors.ts';
export { type FolderOwnership, type OwnFolderOptions, ownFolder } from './folder/own-folder.ts';
export { type HostWorldOptions, hostWorld } from './host-world.ts';
export { type NodeNetwork, type NodeNetworkOptions, nodeNetwork } from './network/node-network.ts';
export {
  TlsFiles,
  type TlsFilesRefused,
  type TlsMaterial,
  type TlsOptions,
  tlsFilesRefused,
} from './network/tls-files.ts';
