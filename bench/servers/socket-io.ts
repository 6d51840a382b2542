import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { Server } from 'socket.io';

/**
 * The second reference: Socket.IO 4 as its tutorial on delivery guarantees has it, with connection state recovery, the
 * client's offset as a unique key, the server's offset for those who come back, and PostgreSQL. Takes the connection from
 * its parent, prints its port.
 */
process.once('message', async (connection: pg.PoolConfig) => {
  const pool = new pg.Pool({ ...connection, max: 10 });
  await pool.query(`CREATE TABLE IF NOT EXISTS messages (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, client_offset text UNIQUE, room text NOT NULL, content text NOT NULL)`);
  await pool.query('CREATE INDEX IF NOT EXISTS messages_room ON messages (room, id)');
  const http = createServer();
  const io = new Server(http, { connectionStateRecovery: {}, transports: ['websocket'] });
  io.on('connection', async (socket) => {
    socket.on('join', async (rooms: string[], serverOffset: number, done: () => void) => {
      await socket.join(rooms);
      if (!socket.recovered) {
        const { rows } = await pool.query('SELECT id, room, content FROM messages WHERE id > $1 AND room = ANY($2)', [
          serverOffset,
          rooms,
        ]);
        for (const row of rows) socket.emit('chat message', row.content, row.room, row.id);
      }
      done();
    });
    socket.on('chat message', async (text: string, clientOffset: string, room: string, done: () => void) => {
      try {
        const { rows } = await pool.query({
          name: 'insert',
          text: 'INSERT INTO messages (content, client_offset, room) VALUES ($1, $2, $3) RETURNING id',
          values: [text, clientOffset, room],
        });
        io.to(room).emit('chat message', text, room, rows[0].id);
        done();
      } catch (error) {
        // A repeat is stored already: its sender is told so again.
        if ((error as { code?: string }).code === '23505') done();
      }
    });
  });
  http.listen(0, '127.0.0.1', () => process.send?.({ port: (http.address() as AddressInfo).port }));
});
