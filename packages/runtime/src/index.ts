export { nodeDisk } from './disk/node-disk.ts';
