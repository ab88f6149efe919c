/** The command `npm run reference-image`: makes docs/images/reference.png of the page at /docs. */
import { startSystem } from '../../local/system.ts';
import { findBrowser, openBrowser, openDocs } from './browser.ts';

const executable = findBrowser();
if (executable === undefined) throw new Error('There is no chromium on the path.');

const system = await startSystem({});
const browser = await openBrowser(executable);
try {
  const { page } = await openDocs(browser, system.baseUrl);
  await page.goto(`${system.baseUrl}/docs#tag/cancellations/POST/orders/{orderId}/cancel`);
  await page.reload({ waitUntil: 'networkidle0' });
  await page.waitForFunction(
    `document.querySelector('section[id$="/orders/{orderId}/cancel"]')?.getBoundingClientRect().top < 200`,
  );
  await page.evaluate('new Promise((resolve) => setTimeout(resolve, 2000))');
  await page.screenshot({ path: 'docs/images/reference.png' });
} finally {
  await browser.close();
  await system.stop();
}
process.exit(0);
