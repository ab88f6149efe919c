/**
 * Lets Node's own errors be errors in a test, too.
 *
 * Jest runs tests in a realm of their own, whose `Error` is not the one that Node's sockets throw:
 * `error instanceof Error` is false there for a connection that broke, and the AWS SDK, which asks
 * just that, then does not know what happened. Import this before anything that disturbs a network.
 *
 * @see https://github.com/jestjs/jest/issues/2549
 */
import { types } from 'node:util';

const isInstance = Function.prototype[Symbol.hasInstance];

Object.defineProperty(Error, Symbol.hasInstance, {
  configurable: true,
  value(this: unknown, value: unknown): boolean {
    // Subclasses inherit this method, and are not what every native error is an instance of.
    return (this === Error && types.isNativeError(value)) || isInstance.call(this, value);
  },
});
