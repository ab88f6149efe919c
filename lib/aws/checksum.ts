import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';

/**
 * Replaces the SDK's module of the same name in the functions' bundles (`alias` in serverless.yml).
 * The SDK brings its own SHA-256 and MD5 for machines without OpenSSL. Lambda has it, so each bundle
 * is 7 KB smaller.
 */
const checksumBy = (algorithm: 'sha256' | 'md5') =>
  class {
    readonly #secret: Bytes | undefined;
    #hash: Hash | Hmac;

    constructor(secret?: Bytes) {
      this.#secret = secret;
      this.#hash = this.#begin();
    }

    update(data: Bytes): void {
      this.#hash.update(bytesOf(data));
    }

    async digest(): Promise<Uint8Array> {
      return this.#hash.digest();
    }

    reset(): void {
      this.#hash = this.#begin();
    }

    #begin(): Hash | Hmac {
      return this.#secret === undefined
        ? createHash(algorithm)
        : createHmac(algorithm, bytesOf(this.#secret));
    }
  };

type Bytes = string | ArrayBuffer | NodeJS.ArrayBufferView;

/** Text counts in UTF-8. */
const bytesOf = (data: Bytes): string | NodeJS.ArrayBufferView =>
  data instanceof ArrayBuffer ? new Uint8Array(data) : data;

export const Sha256 = checksumBy('sha256');
export const Md5 = checksumBy('md5');
