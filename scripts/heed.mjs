// npm run heed -- COMMAND …: the command line, on the Node that the project brings.
import { ensure } from './ensure.mjs';
import { runHeed } from './run.mjs';

runHeed(ensure(), process.argv.slice(2));
