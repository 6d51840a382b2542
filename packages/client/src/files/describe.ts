import { sha256 } from './sha-256.ts';

/** What is known of a file before it is anywhere else: everything that its message says of it. */
export interface Described {
  name: string;
  type: string;
  size: number;
  sha256: string;
  width?: number;
  height?: number;
}

const LONGEST_NAME = 120;

/** A name that the protocol takes: well-formed, in one line, its ending kept where it is cut. */
export function nameFor(given: string): string {
  const name =
    given
      .toWellFormed()
      .replace(/\p{Cc}+/gu, ' ')
      .trim() || 'file';
  if (name.length <= LONGEST_NAME) return name;
  const ending = /\.[^.]{1,12}$/.exec(name)?.[0] ?? '';
  return `${name.slice(0, LONGEST_NAME - ending.length - 1).toWellFormed()}…${ending}`;
}

/** Browsers give every pasted picture the same name; the time tells them apart. */
export function nameOfPasted(at: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `screenshot-${day}-${two(at.getHours())}${two(at.getMinutes())}${two(at.getSeconds())}.png`;
}

/** Reads a file once: what is hashed here is what is kept and uploaded, whatever becomes of the file on the disk. */
export async function describe(file: File): Promise<{ described: Described; bytes: Blob }> {
  const content = await file.arrayBuffer();
  const type = file.type.slice(0, 127) || 'application/octet-stream';
  const bytes = new Blob([content], { type });
  const described = {
    name: nameFor(file.name),
    type,
    size: content.byteLength,
    sha256: await sha256(new Uint8Array(content)),
    ...(await measured(bytes)),
  };
  return { described, bytes };
}

/** The size of a picture, so that its place is kept before it is drawn. */
async function measured(bytes: Blob): Promise<{ width?: number; height?: number }> {
  if (!/^image\/(?:png|jpeg|gif|webp|avif)$/.test(bytes.type) || !('createImageBitmap' in globalThis)) return {};
  try {
    const bitmap = await createImageBitmap(bytes);
    const { width, height } = bitmap;
    bitmap.close();
    return { width, height };
  } catch {
    // It says that it is a picture and is none that this browser can draw: it is shown as a file.
    return {};
  }
}
