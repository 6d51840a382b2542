import type { LocalFile, Terminal } from '@heed/client';
import type { Attachment, Stream } from '@heed/protocol';
import type { Words } from '../words/catalogue.ts';
import { NEW } from './new.ts';

/** A picture is no larger than this in the log, and keeps its shape. */
const WIDEST = 220;
const TALLEST = 180;
const SMALLEST = 44;

/** The files of what is being written. Those for a conversation that began meanwhile follow it there, as words do. */
export function filesOf(terminal: Terminal, s: Stream): LocalFile[] {
  return [...terminal.files.values()].filter((file) => file.send === undefined && (file.s === s || file.s === NEW));
}

/** What a message says of its files. */
export function attachmentsOf(files: readonly LocalFile[]): Attachment[] {
  return files.map(({ id, name, type, size, sha256, width, height }) => ({
    id,
    name,
    type,
    size,
    sha256,
    ...(width && height ? { width, height } : {}),
  }));
}

/** A size as people say it: *1.8 MB*. */
export function sizeOf(bytes: number, words: Words): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'];
  const step = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  const value = bytes / 1024 ** step;
  const maximumFractionDigits = value < 10 && step > 0 ? 1 : 0;
  const style = { style: 'unit', unit: units[step] ?? 'byte', unitDisplay: 'short', maximumFractionDigits } as const;
  return new Intl.NumberFormat(words.locale, style).format(value);
}

/** Why a file cannot go with the message. */
export function whyNot({ state, size }: LocalFile, terminal: Terminal, words: Words): string | undefined {
  if (state.name !== 'refused') return undefined;
  const most = terminal.limits.file ?? 0;
  if (state.code === 'too_large' && size > most) return words.say('fileTooLarge', { size: sizeOf(most, words) });
  return words.say(state.code === 'bad_type' ? 'fileType' : 'fileElse');
}

/** The place that is kept for a picture before it is there; none for what is shown as a file. */
export function boxOf({ width, height }: Attachment): { width: number; height: number } | undefined {
  if (!width || !height) return undefined;
  const scale = Math.min(1, WIDEST / width, TALLEST / height);
  const scaled = (edge: number): number => Math.max(SMALLEST, Math.round(edge * scale));
  return { width: scaled(width), height: scaled(height) };
}

/** How far an upload is, from 0 to 100; none where there is none. */
export function percentOf(file: LocalFile | undefined): number | undefined {
  return file?.state.name === 'going' ? Math.floor((100 * file.state.received) / file.size) : undefined;
}
