import { describe, expect, test } from '@jest/globals';
import * as ofTheSdk from '@smithy/core/checksum';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { Md5, Sha256 } from '../../lib/aws/checksum.ts';

/** What a function's bundle has in place of the SDK's checksums. */
describe.each([
  ['SHA-256', Sha256, ofTheSdk.Sha256],
  ['MD5', Md5, ofTheSdk.Md5],
] as const)('The %s of the bundles', (_, Ours, Theirs) => {
  const someData = fc.oneof(fc.string({ unit: 'grapheme' }), fc.uint8Array());

  test('is that of the SDK, piece by piece and after a reset', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(someData, { maxLength: 3 }), async (pieces) => {
        const [ours, theirs] = [new Ours(), new Theirs()];
        ours.update('something else');
        ours.reset();
        for (const piece of pieces) {
          ours.update(piece);
          theirs.update(typeof piece === 'string' ? new TextEncoder().encode(piece) : piece);
        }
        expect(Buffer.from(await ours.digest())).toEqual(Buffer.from(await theirs.digest()));
      }),
    );
  });
});

test('A request is signed as with the SDK’s own SHA-256', async () => {
  const request = {
    method: 'POST',
    protocol: 'https:',
    hostname: 'dynamodb.us-east-1.amazonaws.com',
    path: '/',
    headers: { host: 'dynamodb.us-east-1.amazonaws.com', 'x-amz-target': 'a' },
    query: {},
    body: '{"é":1}',
  };
  const sign = (sha256: typeof ofTheSdk.Sha256) =>
    new SignatureV4({
      service: 'dynamodb',
      region: 'us-east-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'secret' },
      sha256,
    }).sign(request, { signingDate: new Date('2026-03-02T12:00:00Z') });

  const [ours, theirs] = [await sign(Sha256 as never), await sign(ofTheSdk.Sha256)];

  expect(ours.headers.authorization).toMatch(/^AWS4-HMAC-SHA256 .*Signature=[0-9a-f]{64}$/);
  expect(ours.headers).toEqual(theirs.headers);
});
