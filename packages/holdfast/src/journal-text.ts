import { isDamaged, type JournalReport } from '@holdfast/storage';

/** What a person wants to know of a journal. `verified`: the data of its snapshots was read too. */
export function journalText(report: JournalReport, verified: boolean): string {
  const { directory, epoch, firstPosition, nextPosition, segments, snapshots, damage } = report;
  const count = nextPosition - firstPosition;
  const records =
    count === 0
      ? `no records, the next at ${nextPosition}`
      : `records ${firstPosition} to ${nextPosition - 1}`;
  const lines = [`${directory}: epoch ${epoch}, ${records}`];
  if (segments.length > 0) {
    const rows = segments.map(({ file, bytes, usedBytes, frames, records, firstPosition, epochs, end }) => [
      file,
      `${bytes}`,
      `${usedBytes}`,
      `${frames}`,
      `${records}`,
      `${firstPosition ?? '-'}`,
      epochs === undefined ? '-' : epochs[0] === epochs[1] ? `${epochs[0]}` : `${epochs[0]}-${epochs[1]}`,
      end,
    ]);
    lines.push(
      '',
      ...table([['segment', 'bytes', 'used', 'frames', 'records', 'from', 'epochs', 'end'], ...rows]),
    );
  }
  if (snapshots.length > 0) {
    const rows = snapshots.map(({ id, size, state, damagedAt }) => [
      id,
      `${size}`,
      damagedAt === undefined ? state : `${state} at byte ${damagedAt}`,
    ]);
    lines.push('', ...table([['snapshot', 'bytes', 'state'], ...rows]));
  }
  lines.push('');
  if (damage !== undefined) {
    lines.push(
      `DAMAGED: ${damage.file} at byte ${damage.offset}, position ${damage.position}: ${damage.what}`,
    );
  }
  for (const { id, state } of snapshots) if (state === 'damaged') lines.push(`DAMAGED: snapshot ${id}`);
  if (!isDamaged(report)) {
    const what = verified ? 'all records and snapshots are' : 'all records are';
    lines.push(`sound: ${what} what was written`);
  }
  return lines.join('\n');
}

/** Columns as wide as what is in them: texts left, numbers right. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const isNumber = rows[0]!.map((_, column) => rows.slice(1).every((row) => /^[\d-]+$/.test(row[column]!)));
  return rows.map((row) =>
    row
      .map((cell, column) =>
        isNumber[column] ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
      )
      .join('  ')
      .trimEnd(),
  );
}
