import type { FastifyInstance } from 'fastify';
import type { Config } from '../config.ts';
import { codeOf, HeedError } from '../errors.ts';

/** Listens where the settings say; what is in the way is said in a sentence. */
export async function listen(app: FastifyInstance, config: Config): Promise<void> {
  try {
    await app.listen({ host: config.host, port: config.port, backlog: 4096 });
  } catch (thrown) {
    const code = codeOf(thrown);
    const where = `${config.host}:${config.port}`;
    if (code === 'EADDRINUSE')
      throw new HeedError('port_in_use', `Something else listens on ${where}; end it or choose another with --port.`);
    if (code === 'EACCES')
      throw new HeedError(
        'port_forbidden',
        `Listening on ${where} is not allowed to this user; choose a port above 1023.`,
      );
    if (code === 'EADDRNOTAVAIL')
      throw new HeedError('host_unknown', `This machine has no address ${config.host}; check --host.`);
    throw thrown;
  }
}
