/** Firefox, driven by WebDriver BiDi: Debian's, or the machine's. */
import { existsSync } from 'node:fs';
import puppeteer from 'puppeteer-core';

export const FIREFOX = ['/usr/bin/firefox-esr', '/usr/bin/firefox'].find(existsSync);

/** Tabs behind the front one are as fast: several visitors shop at one time. */
const PREFERENCES = { 'dom.min_background_timeout_value': 4, 'dom.timeout.enable_budget_timer_throttling': false };

/** A browser that opens tabs and closes them as a user does. */
export const openFirefox = async () => {
  const browser = await puppeteer.launch({
    browser: 'firefox', executablePath: FIREFOX, extraPrefsFirefox: PREFERENCES, headless: true, timeout: 60_000,
  });
  return {
    open: () => browser.newPage(),
    /** Its page hears of it. */
    close: (tab) => tab.close({ runBeforeUnload: true }),
    quit: () => browser.close(),
  };
};
