/** The code that a function loads at a cold start must not grow unnoticed. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { bundle, readBundleSettings } from '../support/bundle.ts';

const KB = 1_024;

test.each([
  ['cancel-order', 350],
  ['publish-events', 270],
])('The deployed bundle of %s is at most %i KB', async (name, most) => {
  const folder = await mkdtemp(join(tmpdir(), 'countermand-bundle-size-'));
  try {
    const { bytes } = await bundle(`functions/${name}.ts`, await readBundleSettings(), folder);

    expect(bytes / KB).toBeLessThanOrEqual(most);
    // A bundle that is smaller than the client of the SDK cannot be complete.
    expect(bytes / KB).toBeGreaterThan(100);
  } finally {
    await rm(folder, { recursive: true });
  }
});
