import { draftFiles, type LocalFile, type Terminal } from '@heed/client';
import type { Attachment, Stream } from '@heed/protocol';
import { type Key, locale, type Sentence } from '../words/index.ts';

/** So many fit a message (§11). */
export const MOST_FILES = 20;
/** A picture in the timeline is no larger than this, and keeps its shape. */
const WIDEST = 240;
const TALLEST = 168;
const SMALLEST = 44;

/** A file of the draft, as the composer shows it. */
export interface FileChip {
  id: string;
  name: string;
  size: string;
  /** From 0 to 100 while it goes up. */
  percent: number | undefined;
  problem: Sentence | undefined;
}

/** A size as people say it: *1.8 MB*. */
export function sizeWords(bytes: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'];
  const step = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  const value = bytes / 1024 ** step;
  const maximumFractionDigits = value < 10 && step > 0 ? 1 : 0;
  const style = { style: 'unit', unit: units[step] ?? 'byte', unitDisplay: 'short', maximumFractionDigits } as const;
  return new Intl.NumberFormat(locale(), style).format(value);
}

const PROBLEMS: Readonly<Record<string, Key>> = {
  bad_type: 'file.badType',
  empty: 'file.empty',
  unreadable: 'file.unreadable',
};

/** Why a file is not taken. */
export function fileProblem(t: Terminal, code: string, size: number): Sentence {
  const most = t.limits.file;
  const isOver = code === 'too_large' && most !== undefined && size > most;
  if (isOver) return { key: 'file.tooLarge', values: { size: sizeWords(most) } };
  return { key: code === 'too_large' ? 'file.tooMuch' : (PROBLEMS[code] ?? 'file.refused') };
}

/** How far uploads are, of all their bytes; none where they are not at it. */
function percentOf(files: readonly LocalFile[]): number | undefined {
  if (!files.some(({ state }) => state.name === 'going')) return undefined;
  const size = files.reduce((sum, file) => sum + file.size, 0);
  const there = files.reduce((sum, file) => sum + (file.state.name === 'going' ? file.state.received : file.size), 0);
  return Math.floor((100 * there) / Math.max(1, size));
}

/** The files that stand with a window's draft. */
export function chipsOf(t: Terminal, s: Stream): FileChip[] {
  return draftFiles(t, s).map((file) => ({
    id: file.id,
    name: file.name,
    size: sizeWords(file.size),
    percent: percentOf([file]),
    problem: file.state.name === 'refused' ? fileProblem(t, file.state.code, file.size) : undefined,
  }));
}

/** How far the files of a send are. */
export function uploadOf(t: Terminal, send: string): number | undefined {
  return percentOf([...t.files.values()].filter((file) => file.send === send));
}

/** What a message says of the files of its draft. */
export function attachmentsFor(t: Terminal, s: Stream): Attachment[] {
  return draftFiles(t, s).map(({ id, name, type, size, sha256, width, height }) => ({
    id,
    name,
    type,
    size,
    sha256,
    ...(width && height ? { width, height } : {}),
  }));
}

/** The files that a message names. */
export function filesIn(body: unknown): readonly Attachment[] {
  return (body as { attachments?: Attachment[] } | undefined)?.attachments ?? [];
}

/** What a message says where there is room for words only: its text, or the names of its files. */
export function spoken(body: unknown): string {
  const { text = '' } = (body ?? {}) as { text?: string };
  return text !== ''
    ? text
    : filesIn(body)
        .map(({ name }) => name)
        .join(', ');
}

/** The place that is kept for a picture before it is there; none for what is shown as a file. */
export function boxOf({ width, height }: Attachment): { width: number; height: number } | undefined {
  if (!width || !height) return undefined;
  const scale = Math.min(1, WIDEST / width, TALLEST / height);
  return {
    width: Math.max(SMALLEST, Math.round(width * scale)),
    height: Math.max(SMALLEST, Math.round(height * scale)),
  };
}

/** About how much of the timeline's height a message's files take. */
export function heightOf(files: readonly Attachment[]): number {
  const boxes = files.map((file) => boxOf(file)?.height ?? 0);
  const rows = files.filter((file) => !boxOf(file)).length;
  return Math.max(0, ...boxes) + rows * 58 + (files.length > 0 ? 6 : 0);
}

/** The files that a paste or a drop carries; a text that comes with a picture of itself is pasted as text. */
export function filesOf(data: DataTransfer | null): File[] {
  const files = [...(data?.files ?? [])];
  return data?.types.includes('text/plain') ? [] : files;
}
