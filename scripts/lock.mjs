// One process at a time, by a file that holds the number of the one whose turn it is.
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

/** Waits for the turn, saying once who is waited for; returns the function that ends the turn. */
export function takeTurn(file, doing) {
  const own = `${file}.${process.pid}`;
  writeFileSync(own, String(process.pid));
  try {
    for (let said = false; !linked(own, file); sleep(100)) {
      const holder = holderOf(file);
      if (holder === undefined) continue;
      if (!alive(holder)) rmSync(file, { force: true });
      else if (!said) process.stderr.write(`Process ${holder} is ${doing} already; waiting for it …\n`);
      said = true;
    }
  } finally {
    rmSync(own, { force: true });
  }
  return () => rmSync(file, { force: true });
}

function linked(own, file) {
  try {
    // A link appears whole, with the number in it; a file that is made first and filled later does not.
    linkSync(own, file);
    return true;
  } catch (thrown) {
    if (thrown.code === 'EEXIST') return false;
    throw thrown;
  }
}

function holderOf(file) {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch (thrown) {
    if (thrown.code === 'ENOENT') return undefined;
    throw thrown;
  }
}

function alive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return thrown.code === 'EPERM';
  }
}

function sleep(ms) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
