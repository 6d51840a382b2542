import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type pg from 'pg';
import { z } from 'zod';
import { inspect } from '../attachments/inspect.ts';
import {
  type AttachmentRow,
  addBytes,
  beginUpload,
  bytesOf,
  completeUpload,
  dropAttachment,
  findAttachment,
  looseBytes,
  previewOf,
  restartUpload,
} from '../attachments/store.ts';
import { mayReadChat, mayReadConversation, type Who } from '../domain/permission.ts';
import type { Node } from '../live/node.ts';
import { authenticate, refuse } from './reply.ts';

/** One post of bytes; what is larger comes in several. */
const PIECE_BYTES = 1024 * 1024;

const file = z.object({
  id: z.string().regex(/^[0-9A-HJKMNP-TV-Z]{26}$/i),
  name: z.string().min(1).max(255),
  type: z.string().min(1).max(127),
  size: z.number().int().positive(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
const piece = z.object({ offset: z.coerce.number().int().nonnegative() });

/**
 * Files of messages (§11). An upload has its author's own id, goes on where it was interrupted, and is looked at by its
 * bytes; a file is read by who may read its conversation, is never shown by the server's own origin, and is gone with
 * the message.
 */
export function attachmentRoutes(app: FastifyInstance, node: Node, pool: pg.Pool): void {
  const { config, streams } = node.parts;
  // Decoding takes memory: one at a time on a node.
  let inspecting: Promise<unknown> = Promise.resolve();

  app.addContentTypeParser(
    'application/octet-stream',
    { parseAs: 'buffer', bodyLimit: PIECE_BYTES },
    (_request, body, done) => done(null, body),
  );

  app.post('/v1/attachments', async (request, reply) => {
    const who = await authenticate(node, request);
    if (!who) return refuse(reply, 'signed_out', 'Send a token that is good.');
    if (isTooOften(who)) return refuse(reply, 'rate_limited');
    const wanted = file.parse(request.body);
    if (wanted.size > config.fileBytes)
      return refuse(reply, 'too_large', `A file may have ${config.fileBytes} bytes; this one has ${wanted.size}.`);
    const known = await findAttachment(pool, wanted.id);
    if (!known && (await looseBytes(pool, who)) + wanted.size > config.looseBytes)
      return refuse(reply, 'too_large', 'Too much was uploaded that no message has named yet.');
    const name = wanted.name.toWellFormed().replaceAll('\u0000', '');
    const row = await beginUpload(pool, { ...wanted, name, owner: { type: who.type, id: who.id } });
    return row ? stateOf(row) : refuse(reply, 'id_reused');
  });

  app.post('/v1/attachments/:id/bytes', async (request, reply) => {
    const who = await authenticate(node, request);
    if (!who) return refuse(reply, 'signed_out', 'Send a token that is good.');
    if (isTooOften(who)) return refuse(reply, 'rate_limited');
    const row = await findAttachment(pool, idIn(request));
    if (!row || !isOwner(row, who)) return refuse(reply, 'not_found');
    const { offset } = piece.parse(request.query);
    const bytes = request.body;
    if (!Buffer.isBuffer(bytes) || bytes.length === 0)
      return refuse(reply, 'bad_request', 'Send bytes as application/octet-stream.');
    const received = row.isWhole ? row.size : await addBytes(pool, row.id, offset, bytes);
    // Who is elsewhere with it is told where it is: that is no error but where to go on.
    if (received < row.size || row.isWhole) return stateOf({ ...row, received });
    return finish(row, reply);
  });

  /** All of it is there: its bytes say whether it is what was announced, and what it is. */
  async function finish(row: AttachmentRow, reply: FastifyReply) {
    const done = inspecting.then(async () => {
      const bytes = Buffer.concat(await Array.fromAsync(bytesOf(pool, row.id)));
      if (createHash('sha256').update(bytes).digest('hex') !== row.sha256) return 'hash_differs';
      return (await inspect(bytes, config.fileTypes)) ?? 'bad_type';
    });
    inspecting = done.catch(() => undefined);
    const found = await done;
    if (found === 'hash_differs') {
      await restartUpload(pool, row.id);
      return refuse(reply, 'hash_differs', 'What came is not what was announced. Send it again from the beginning.');
    }
    if (found === 'bad_type') {
      await dropAttachment(pool, row.id);
      return refuse(reply, 'bad_type', 'Files of this type are not taken.');
    }
    await completeUpload(pool, row.id, found);
    const whole = await findAttachment(pool, row.id);
    return whole ? stateOf(whole) : refuse(reply, 'not_found');
  }

  app.delete('/v1/attachments/:id', async (request, reply) => {
    const who = await authenticate(node, request);
    if (!who) return refuse(reply, 'signed_out', 'Send a token that is good.');
    if (isTooOften(who)) return refuse(reply, 'rate_limited');
    const row = await findAttachment(pool, idIn(request));
    if (!row || !isOwner(row, who) || row.conversation !== null) return refuse(reply, 'not_found');
    await dropAttachment(pool, row.id);
    return {};
  });

  app.get('/v1/attachments/:id', async (request, reply) => {
    const row = await readable(request, reply);
    if (!row) return reply;
    quarantine(reply, row).header('content-length', row.size).type(row.type);
    return reply.send(Readable.from(bytesOf(pool, row.id)));
  });

  app.get('/v1/attachments/:id/preview', async (request, reply) => {
    const row = await readable(request, reply);
    if (!row) return reply;
    const preview = await previewOf(pool, row.id);
    return preview ? quarantine(reply, row).type('image/webp').send(preview) : refuse(reply, 'not_found');
  });

  /** The file asked for, where it is whole and whoever asks may read it; else the answer is given. */
  async function readable(request: FastifyRequest, reply: FastifyReply): Promise<AttachmentRow | undefined> {
    const who = await authenticate(node, request);
    const row = who && (await findAttachment(pool, idIn(request)));
    if (row?.isWhole && (await mayRead(who as Who, row))) return row;
    refuse(reply, who ? 'not_found' : 'signed_out');
    return undefined;
  }

  async function mayRead(who: Who, row: AttachmentRow): Promise<boolean> {
    if (row.conversation === null) return isOwner(row, who);
    const access = (await streams.access([row.conversation])).get(row.conversation);
    if (!access) return false;
    return who.type === 'customer' ? mayReadChat(who, access) : mayReadConversation(who, access);
  }

  function isTooOften(who: Who): boolean {
    return config.rates && node.ratesOf(who.type, who.id).other.use(node.parts.clock.now()) > 0;
  }
}

function idIn(request: FastifyRequest): string {
  return (request.params as { id: string }).id;
}

function isOwner(row: AttachmentRow, who: Who): boolean {
  return row.ownerType === who.type && row.owner === who.id;
}

/** What an uploader needs to know: where to go on, and what the file turned out to be. */
function stateOf({ id, name, type, size, sha256, received, isWhole, width, height }: AttachmentRow) {
  const picture = width === null || height === null ? {} : { width, height };
  return { id, name, type, size, sha256, received, isWhole, ...picture };
}

/** Whatever is in a file, no browser runs it under our name: it is saved, not shown, and sees nothing if it is shown. */
function quarantine(reply: FastifyReply, { name }: AttachmentRow): FastifyReply {
  const ascii = name.replace(/[^\w .()-]/g, '_');
  return reply
    .header('content-disposition', `attachment; filename="${ascii}"; filename*=UTF-8''${encodeURIComponent(name)}`)
    .header('content-security-policy', "default-src 'none'; sandbox")
    .header('x-content-type-options', 'nosniff')
    .header('cross-origin-resource-policy', 'cross-origin')
    .header('cache-control', 'private, max-age=31536000, immutable');
}
