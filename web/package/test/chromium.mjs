/** The browser of the tests: Debian's Chromium, or Chrome. */
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

export const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find(existsSync);
export const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--use-angle=swiftshader', '--enable-unsafe-swiftshader',
];

/** A browser whose pages run `before` first: it opens tabs, closes them as a user does, and crashes them. */
export const openChromium = async (before) => {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  const context = await browser.newContext();
  if (before) await context.addInitScript(before);
  return {
    open: () => context.newPage(),
    /** Its page hears of it. */
    async close(tab) {
      const closed = tab.waitForEvent('close');
      await tab.close({ runBeforeUnload: true });
      await closed;
    },
    async crash(tab) {
      const gone = tab.waitForEvent('crash');
      const session = await context.newCDPSession(tab);
      session.send('Page.crash').catch(() => {});
      await gone;
      await tab.close().catch(() => {});
    },
    quit: () => browser.close(),
  };
};
