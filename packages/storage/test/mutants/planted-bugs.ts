import type { Trial } from './trials.ts';

/** A small wrong change of the source: where `right` stands, `wrong` is put. */
export interface PlantedBug {
  readonly name: string;
  /** What finds it. */
  readonly by: Trial;
  /** Within `packages/storage/src`. */
  readonly file: string;
  readonly right: string;
  readonly wrong: string;
}

/** Mistakes that an implementation of a journal may well have. */
export const plantedBugs: readonly PlantedBug[] = [
  {
    name: 'records are accepted before they are flushed',
    by: 'crashes',
    file: 'file/file-journal.ts',
    right: '    await file.write(segment.end, frame);\n',
    wrong: '    file.write(segment.end, frame).catch(() => {});\n',
  },
  {
    name: 'the name of a new segment is not flushed',
    by: 'crashes',
    file: 'file/segment-supply.ts',
    right: '      this.#spareDirtyEnd = undefined;\n      await disk.syncDirectory(directory);',
    wrong: '      this.#spareDirtyEnd = undefined;',
  },
  {
    name: 'a segment gets its name before its zeros are durable',
    by: 'crashes',
    file: 'file/segment-supply.ts',
    right: '{ create: true, durableWrites: true }',
    wrong: '{ create: true }',
  },
  {
    name: 'the file of a segment is cleared while a crash may bring back its name',
    by: 'crashes',
    file: 'file/segment-supply.ts',
    right: '    await disk.syncDirectory(directory);\n    this.#spareDirtyEnd = dirtyEnd;',
    wrong: '    this.#spareDirtyEnd = dirtyEnd;',
  },
  {
    name: 'a recycled file keeps its old frames',
    by: 'crashes',
    file: 'file/segment-supply.ts',
    right: '    await writeZeros(file, 0, Math.min(known ?? 0, segmentBytes));\n',
    wrong: '',
  },
  {
    name: 'what a crash tore stays behind the end',
    by: 'crashes',
    file: 'file/recovery.ts',
    right: "if (tail.kind === 'torn') await writeZeros(file, segment.end, tail.end);",
    wrong: '',
  },
  {
    name: 'the last frame is believed because it can be read',
    by: 'faults',
    file: 'file/recovery.ts',
    right: '    await file.write(lastFrame!, await file.read(lastFrame!, segment.end - lastFrame!));\n',
    wrong: '',
  },
  {
    name: 'segments are removed before it is durable that they do not count',
    by: 'crashes',
    file: 'file/file-journal.ts',
    right: '    await superblock.keep(first.header.ordinal, first.firstPosition!);\n',
    wrong: '    superblock.keep(first.header.ordinal, first.firstPosition!).catch(() => {});\n',
  },
  {
    name: 'an epoch begins before it is durable',
    by: 'crashes',
    file: 'file/slots.ts',
    right: '    await this.#file.sync();\n',
    wrong: '',
  },
  {
    name: 'a refused write leaves its remains behind the end',
    by: 'faults',
    file: 'file/file-journal.ts',
    right: '        await writeZeros(last.file!, last.end, this.#remains);\n',
    wrong: '',
  },
  {
    name: 'a failed flush is tried again',
    by: 'faults',
    file: 'file/file-journal.ts',
    right: '      else this.#fail(failure);\n    } finally {\n      this.#flushing = undefined;',
    wrong: '      else this.#refuseAll(failure);\n    } finally {\n      this.#flushing = undefined;',
  },
  {
    name: 'positions go on after a refusal as if it had been taken',
    by: 'faults',
    file: 'file/file-journal.ts',
    right: '    this.nextPosition = this.durablePosition;\n    this.#queue.refuse',
    wrong: '    this.#queue.refuse',
  },
  {
    name: 'whatever is not whole at the end is taken for torn',
    by: 'rot',
    file: 'file/tail.ts',
    right: "isTorn(header, frame, 0) ? { kind: 'torn', end } : damaged('a frame is damaged')",
    wrong: "{ kind: 'torn', end }",
  },
  {
    name: 'a damaged head of a frame is taken for the end',
    by: 'rot',
    file: 'file/tail.ts',
    right: 'if (!isZero(found, 0, Math.min(frameHeaderBytes, found.length)))',
    wrong: 'if (false)',
  },
  {
    name: 'a torn frame is refused as damaged',
    by: 'crashes',
    file: 'file/tail.ts',
    right: "isTorn(header, frame, 0) ? { kind: 'torn', end } : damaged('a frame is damaged')",
    wrong: "damaged('a frame is damaged')",
  },
  {
    name: 'a snapshot is complete before its data is durable',
    by: 'crashes',
    file: 'file/snapshot-file-writer.ts',
    right: '    await this.#file.sync();\n    const lastBlock',
    wrong: '    const lastBlock',
  },
  {
    name: 'the first segment is missing for a moment when it is made anew',
    by: 'crashes',
    file: 'file/recovery.ts',
    right: 'if (first !== undefined && first.segment.header.ordinal !== superblock.firstSegment) {',
    wrong: 'if (first !== undefined) {',
  },
];
