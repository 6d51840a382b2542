// Opens the embedded database of a data folder, prints its process, and leaves when its input ends.
import { silentLog } from '../log.ts';
import { openEmbedded } from './embedded.ts';

const embedded = await openEmbedded(process.argv[2]!, silentLog);
process.stdout.write(`${embedded.pid()}\n`);
process.stdin.resume().on('end', () => void embedded.close());
