import { fileTypeFromBuffer } from 'file-type';
import sharp from 'sharp';
import type { Inspected } from './store.ts';

/** A picture with more than this is not decoded: it would be a small file and much memory. */
const MOST_PIXELS = 50_000_000;
const PREVIEW_EDGE = 640;
const PICTURES: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif']);

// One picture at a time, and nothing kept of it: previews are no hurry.
sharp.concurrency(1);
sharp.cache(false);

/**
 * What a file is, by its bytes and not by its name; pictures get a preview. Gives undefined where it is of no type that
 * is taken. Text has no mark of its own: what is well-formed UTF-8 without control characters is `text/plain`.
 */
export async function inspect(bytes: Buffer, types: readonly string[]): Promise<Inspected | undefined> {
  const type = (await fileTypeFromBuffer(bytes))?.mime ?? (isText(bytes) ? 'text/plain' : 'application/octet-stream');
  if (!types.some((each) => each === type || (each.endsWith('/*') && type.startsWith(each.slice(0, -1)))))
    return undefined;
  return PICTURES.has(type) ? { type, ...(await previewFor(bytes)) } : { type };
}

function isText(bytes: Buffer): boolean {
  const text = bytes.toString('utf8');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what tells text from the rest
  return !text.includes('\uFFFD') && !/[\u0000-\u0008\u000E-\u001F]/.test(text);
}

/** Upright, without what the camera noted (places, names), small; nothing where it cannot be decoded. */
async function previewFor(bytes: Buffer): Promise<Omit<Inspected, 'type'>> {
  try {
    const image = sharp(bytes, { limitInputPixels: MOST_PIXELS, failOn: 'error' });
    const { autoOrient } = await image.metadata();
    const preview = await image
      .autoOrient()
      .resize({ width: PREVIEW_EDGE, height: PREVIEW_EDGE, fit: 'inside', withoutEnlargement: true })
      .webp({ quality: 78 })
      .toBuffer();
    return { preview, width: autoOrient.width, height: autoOrient.height };
  } catch (thrown) {
    if (thrown instanceof Error) return {};
    throw thrown;
  }
}
