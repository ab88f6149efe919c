/** The code that a function loads at a cold start must not grow unnoticed. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { bundle, readBundleSettings } from '../support/bundle.ts';

const KB = 1_024;

test('The deployed bundle of cancel-order is at most 350 KB', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'countermand-bundle-size-'));
  try {
    const { bytes } = await bundle('functions/cancel-order.ts', await readBundleSettings(), folder);

    expect(bytes / KB).toBeLessThanOrEqual(350);
    // A bundle that is smaller than the client of the SDK cannot be complete.
    expect(bytes / KB).toBeGreaterThan(100);
  } finally {
    await rm(folder, { recursive: true });
  }
});
