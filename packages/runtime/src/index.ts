export { nodeDisk } from './disk/node-disk.ts';
export { type NodeNetwork, type NodeNetworkOptions, nodeNetwork } from './network/node-network.ts';
export {
  TlsFiles,
  type TlsFilesRefused,
  type TlsMaterial,
  type TlsOptions,
  tlsFilesRefused,
} from './network/tls-files.ts';
