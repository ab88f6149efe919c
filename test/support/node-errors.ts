/**
 * Makes Node's own errors instances of `Error` in a test, too.
 *
 * Jest runs tests in a realm of their own, whose `Error` is not the one that Node's sockets throw:
 * `error instanceof Error` is false there for a broken connection. The AWS SDK asks just that, and
 * then does not know what happened. Import this file before anything that disturbs a network.
 *
 * @see https://github.com/jestjs/jest/issues/2549
 */
import { types } from 'node:util';

const isInstance = Function.prototype[Symbol.hasInstance];

Object.defineProperty(Error, Symbol.hasInstance, {
  configurable: true,
  value(this: unknown, value: unknown): boolean {
    // Subclasses inherit this method; native errors are no instances of a subclass.
    return (this === Error && types.isNativeError(value)) || isInstance.call(this, value);
  },
});
