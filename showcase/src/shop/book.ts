import { type FileHandle, open } from 'node:fs/promises';

interface Waiting {
  readonly line: string;
  readonly written: () => void;
}

/**
 * A service's durable memory: a file of JSON lines that only ever grows. What is appended while the disk is busy
 * goes down together with the next flush. A failed flush ends the process: the supervisor starts it again, and
 * it goes on from what the file really holds.
 */
export class Book<Fact> {
  private readonly file: FileHandle;
  private waiting: Waiting[] = [];
  private flushing = false;

  private constructor(file: FileHandle) {
    this.file = file;
  }

  /** Opens or creates the book at `path`, cuts off a line that a crash tore, and tells `remember` every fact in it. */
  static async open<Fact>(path: string, remember: (fact: Fact) => void): Promise<Book<Fact>> {
    const file = await open(path, 'a+');
    const text = await file.readFile('utf8');
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    if (whole.length < text.length) await file.truncate(Buffer.byteLength(whole));
    for (const line of whole.split('\n')) {
      if (line !== '') remember(JSON.parse(line) as Fact);
    }
    return new Book(file);
  }

  /** Resolves when `fact` is on the disk. Facts go down in the order of the calls. */
  append(fact: Fact): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push({ line: `${JSON.stringify(fact)}\n`, written: resolve });
      if (!this.flushing) void this.flush();
    });
  }

  /** Lets go of the file. Nothing may be appended any more. */
  close(): Promise<void> {
    return this.file.close();
  }

  private async flush(): Promise<void> {
    this.flushing = true;
    while (this.waiting.length > 0) {
      const batch = this.waiting;
      this.waiting = [];
      try {
        await this.file.appendFile(batch.map(({ line }) => line).join(''));
        await this.file.datasync();
      } catch (error) {
        process.stderr.write(`a book cannot be written, so this service ends: ${String(error)}\n`);
        process.exit(1);
      }
      for (const { written } of batch) written();
    }
    this.flushing = false;
  }
}
