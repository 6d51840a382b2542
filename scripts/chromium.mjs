// Finds the browser for the browser tests.
import { findProgram } from './program.mjs';

/** The path of a Chromium, or a sentence that says why there is none. */
export function findChromium() {
  return findProgram({
    title: 'Chromium',
    variable: 'HEED_CHROMIUM',
    names: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'],
    places: [
      '/snap/bin/chromium',
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
      '/Applications/Chromium.app/Contents/MacOS/Chromium',
    ],
    debian: 'chromium',
    use: 'the browser tests',
  });
}
