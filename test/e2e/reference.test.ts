/** The page at /docs, as somebody uses it who has a browser. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'puppeteer-core';
import { findBrowser, openBrowser, openDocs, searchFor } from '../support/browser.ts';
import { useSystem } from '../support/running-system.ts';

const executable = findBrowser();
if (executable === undefined) {
  console.warn(
    'The page at /docs is not tested: there is no chromium on the path (CHROMIUM_PATH).',
  );
}

const system = useSystem();

/** The operation, as its button names it. */
const CANCEL = 'post /orders/{orderId}/cancel';

const background = (page: Page) => page.evaluate('getComputedStyle(document.body).backgroundColor');

const press = async (page: Page, ...keys: readonly ('Control' | 'Enter' | 'ArrowDown')[]) => {
  for (const key of keys) await page.keyboard.down(key);
  for (const key of keys.toReversed()) await page.keyboard.up(key);
};

/** Waits for the answer of the cancellation, in the page and on the wire. */
const seenAnswer = async (page: Page, send: () => Promise<unknown>) => {
  const [response] = await Promise.all([
    page.waitForResponse((one) => one.url().endsWith('/cancel')),
    send(),
  ]);
  await page.waitForFunction(
    `document.querySelector('[role="dialog"]').textContent.includes('"cancelled"')`,
  );
  return { url: response.url(), status: response.status() };
};

const hasOrder1001 = async () => {
  const { call } = system();
  await call('POST', '/products', { id: 'espresso-beans', name: 'Beans', stockQuantity: 10 });
  await call('DELETE', '/orders/1001');
  await call('POST', '/orders', {
    id: '1001',
    items: [{ productId: 'espresso-beans', quantity: 2 }],
  });
};

const expectCancelled = async () => {
  const { call } = system();
  expect((await call('GET', '/orders/1001')).body.status).toBe('cancelled');
  expect((await call('GET', '/products/espresso-beans')).body.reservedQuantity).toBe(0);
};

// Without a browser there is nothing to test, and the reason is printed above.
(executable === undefined ? describe.skip : describe)('The page at /docs', () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await openBrowser(executable ?? '');
  });
  afterAll(() => browser?.close());

  test('shows the operations, without an error and without a request to anywhere else', async () => {
    const { page, mishaps } = await openDocs(browser, system().baseUrl);

    const text = await page.evaluate('document.body.textContent');
    for (const seen of ['Who may call', 'post/orders/{orderId}/cancel', 'Shell Curl']) {
      expect(text).toContain(seen);
    }
    // Here nobody is asked who is calling, so no call is shown with a token.
    expect(text).not.toMatch(/Authentication Required|YOUR_SECRET_TOKEN/);
    expect(new URL(page.url()).pathname).toBe('/docs');
    expect(await background(page)).toBe('rgb(255, 255, 255)');
    expect(mishaps).toEqual([]);

    // It could not even if it wanted to.
    const violated = await page.evaluate(`new Promise((resolve) => {
      addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective));
      fetch('http://127.0.0.1:9/').catch(() => undefined);
    })`);
    expect(violated).toBe('connect-src');
  });

  test('cancels an order: find it by a search, fill in nothing, send, and see the answer', async () => {
    await hasOrder1001();
    const { page, mishaps } = await openDocs(browser, system().baseUrl);

    await searchFor(page, 'cancel', 'Cancel an order');
    await page.locator('[role="option"]').click();
    await page.locator(`::-p-xpath(//button[contains(., "${CANCEL}")])`).click();
    const send = page.locator('::-p-xpath(//*[@role="dialog"]//button[contains(., "Send")])');
    const answer = await seenAnswer(page, () => send.click());

    expect(answer).toEqual({ url: `${system().baseUrl}/orders/1001/cancel`, status: 200 });
    await expectCancelled();
    expect(mishaps).toEqual([]);
  });

  test('cancels an order with the keyboard alone, in the dark', async () => {
    await hasOrder1001();
    const { page, mishaps } = await openDocs(browser, system().baseUrl, 'dark');
    const focused = async () => String(await page.evaluate('document.activeElement.textContent'));

    await searchFor(page, 'cancel an', 'Cancel an order');
    await press(page, 'ArrowDown');
    await press(page, 'Enter');
    // The focus goes to the operation, so that few tab stops are left.
    await page.waitForFunction(`document.activeElement.tagName === 'SECTION'`);
    for (let stops = 0; stops < 60 && !(await focused()).startsWith('Test Request'); stops += 1) {
      await page.keyboard.press('Tab');
    }
    expect(await focused()).toContain(CANCEL);
    await press(page, 'Enter');
    await page.waitForSelector('::-p-xpath(//*[@role="dialog"]//button[contains(., "Send")])');
    const answer = await seenAnswer(page, () => press(page, 'Control', 'Enter'));

    expect(answer.status).toBe(200);
    await expectCancelled();
    expect(await background(page)).not.toBe('rgb(255, 255, 255)');
    expect(mishaps).toEqual([]);
  });
});
