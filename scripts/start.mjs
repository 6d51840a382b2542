// npm start: installs and builds what is missing, then runs the server.
import { buildOrFail } from './build.mjs';
import { ensure } from './ensure.mjs';
import { runHeed } from './run.mjs';

const node = ensure();
await buildOrFail(node);
runHeed(node, ['start', ...process.argv.slice(2)]);
