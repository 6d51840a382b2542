/** One WebSocket frame as it stood on the wire; `text` where it is a whole text message. */
export interface WireFrame {
  bytes: Buffer;
  text?: string;
}

const TEXT = 0x81;
const HEAD_END = Buffer.from('\r\n\r\n');

/**
 * Cuts what a server sends on one connection into what may be lost on its own: bytes of HTTP as they come, and after
 * an upgrade whole frames (RFC 6455: the server masks nothing, and ours compresses nothing).
 */
export class FrameSplitter {
  #isUpgraded = false;
  #rest: Buffer = Buffer.alloc(0);

  split(chunk: Buffer): WireFrame[] {
    if (!this.#isUpgraded && !chunk.subarray(0, 12).equals(Buffer.from('HTTP/1.1 101'))) return [{ bytes: chunk }];
    if (this.#isUpgraded) return this.#frames(chunk);
    this.#isUpgraded = true;
    const end = chunk.indexOf(HEAD_END) + HEAD_END.length;
    return [{ bytes: chunk.subarray(0, end) }, ...this.#frames(chunk.subarray(end))];
  }

  #frames(chunk: Buffer): WireFrame[] {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const frames: WireFrame[] = [];
    for (let size = sizes(this.#rest); size && this.#rest.length >= size.whole; size = sizes(this.#rest)) {
      const bytes = this.#rest.subarray(0, size.whole);
      const isText = bytes[0] === TEXT;
      frames.push({ bytes, ...(isText ? { text: bytes.toString('utf8', size.head) } : {}) });
      this.#rest = this.#rest.subarray(size.whole);
    }
    return frames;
  }
}

/** Length of a frame's head and of the whole of it, as soon as enough of the head is there. */
function sizes(bytes: Buffer): { head: number; whole: number } | undefined {
  if (bytes.length < 2) return undefined;
  const short = (bytes[1] as number) & 0x7f;
  if (short < 126) return { head: 2, whole: 2 + short };
  const head = short === 126 ? 4 : 10;
  if (bytes.length < head) return undefined;
  return { head, whole: head + (short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2))) };
}
