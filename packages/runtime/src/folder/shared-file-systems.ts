import { statfs } from 'node:fs/promises';
import { folderErrors } from './folder-errors.ts';

/** Magic numbers of file systems that several machines may have mounted: those of Linux, statfs(2). */
const shared: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB 2'],
  [0x564c, 'NCP'],
  [0x5346414f, 'AFS'],
  [0x6b414653, 'kAFS'],
  [0x73757245, 'Coda'],
  [0x00c36400, 'Ceph'],
  [0x0bd00bd0, 'Lustre'],
  [0x47504653, 'GPFS'],
  [0x01161970, 'GFS 2'],
  [0x7461636f, 'OCFS 2'],
  [0x01021997, '9P'],
]);

/** @throws HoldfastError FOLDER_SHARED when `path` lies on such a file system. */
export async function refuseSharedFileSystem(path: string): Promise<void> {
  const { type } = await statfs(path);
  const name = process.platform === 'linux' ? shared.get(type >>> 0) : undefined;
  if (name === undefined) return;
  throw folderErrors.create('FOLDER_SHARED', {
    message: `${path} lies on ${name}, where other machines may have it too: use a disk of this machine`,
    context: { path, fileSystem: name },
  });
}
