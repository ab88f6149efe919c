/** A real browser, for the page at /docs. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

const isExecutable = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** The browser of `CHROMIUM_PATH`, or the first on the path; undefined where there is none. */
export const findBrowser = ({ CHROMIUM_PATH, PATH = '' } = process.env): string | undefined =>
  CHROMIUM_PATH ??
  PATH.split(delimiter)
    .flatMap((folder) => NAMES.map((name) => join(folder, name)))
    .find(isExecutable);

export const openBrowser = (executablePath: string): Promise<Browser> =>
  // Chromium's own sandbox does not work for root, as which a container runs the tests.
  puppeteer.launch({ executablePath, args: ['--no-sandbox'] });

export type WatchedPage = {
  readonly page: Page;
  /** Requests that left the origin, and errors in the console. Both should be none. */
  readonly mishaps: readonly string[];
};

/** Opens the page at `/docs` through the address `/`, and waits until it shows the reference. */
export const openDocs = async (
  browser: Browser,
  baseUrl: string,
  scheme: 'light' | 'dark' = 'light',
): Promise<WatchedPage> => {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  const mishaps: string[] = [];
  page.setDefaultTimeout(30_000);
  await page.setViewport({ width: 1_400, height: 900 });
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
  page.on('request', (request) => {
    if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(`${baseUrl}/`)) {
      mishaps.push(`It asked for ${request.url()}`);
    }
  });
  page.on('console', (message) => {
    if (['error', 'warn'].includes(message.type())) mishaps.push(message.text());
  });
  page.on('pageerror', (error) => mishaps.push(String(error)));
  await page.goto(`${baseUrl}/`);
  await page.waitForSelector('button.show-api-client-button');
  return { page, mishaps };
};

/** Types a query into the search, and waits until a result has this text. */
export const searchFor = async (page: Page, query: string, result: string): Promise<void> => {
  await page.keyboard.down('Control');
  await page.keyboard.press('k');
  await page.keyboard.up('Control');
  await page.waitForSelector('input[type="search"]');
  await page.keyboard.type(query);
  await page.waitForFunction(
    `document.querySelector('[role="option"]')?.textContent.includes(${JSON.stringify(result)})`,
  );
};
