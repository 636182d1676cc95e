import { type Disk, type DiskFile, diskErrors } from '@holdfast/core';

/** `disk`, which is full while `isFull` says so: then a write does half of what it should, and fails. */
export function fillableDisk(disk: Disk, isFull: () => boolean): Disk {
  const full = (): Error => diskErrors.create('DISK_FULL', { message: 'there is no room' });
  return {
    open: async (path, options) => fillable(await disk.open(path, options)),
    list: (directory) => disk.list(directory),
    makeDirectory: (directory) => disk.makeDirectory(directory),
    rename: (from, to) => disk.rename(from, to),
    remove: (path) => disk.remove(path),
    syncDirectory: (directory) => disk.syncDirectory(directory),
  };

  function fillable(file: DiskFile): DiskFile {
    return {
      size: () => file.size(),
      read: (position, length) => file.read(position, length),
      write: async (position, bytes) => {
        if (!isFull()) return file.write(position, bytes);
        await file.write(position, bytes.subarray(0, bytes.length >> 1));
        throw full();
      },
      truncate: async (size) => {
        if (isFull() && size > (await file.size())) throw full();
        return file.truncate(size);
      },
      sync: () => file.sync(),
      close: () => file.close(),
    };
  }
}
