// Chromium of the system: nothing is downloaded, and the browser keeps to itself.
import { execFileSync } from 'node:child_process';

function installed(): string {
  for (const name of ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']) {
    try {
      return execFileSync('which', [name], { encoding: 'utf8' }).trim();
    } catch {
      // The next name.
    }
  }
  throw new Error('Chromium is not on PATH; install it (Debian: apt-get install chromium)');
}

export const launchOptions = {
  executablePath: process.env.CHROMIUM ?? installed(),
  args: [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
};
