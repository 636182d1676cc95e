import { type FileHandle, open } from 'node:fs/promises';

/** Follows a book from outside, as far as whole lines go. A book that is not there yet is empty. */
export class BookReader<Fact> {
  private readonly path: string;
  private file: FileHandle | undefined;
  private position = 0;

  constructor(path: string) {
    this.path = path;
  }

  /** The facts that have come since the last call. */
  async read(): Promise<Fact[]> {
    this.file ??= await openIfThere(this.path);
    if (this.file === undefined) return [];
    const { size } = await this.file.stat();
    if (size <= this.position) return [];
    const { buffer, bytesRead } = await this.file.read(
      Buffer.alloc(size - this.position),
      0,
      size - this.position,
      this.position,
    );
    const whole = buffer.subarray(0, buffer.lastIndexOf('\n', bytesRead - 1) + 1);
    this.position += whole.length;
    return whole
      .toString('utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Fact);
  }

  async close(): Promise<void> {
    await this.file?.close();
  }
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
