/** What tests import from `@jest/globals`, without Jest around it. */
export { expect } from 'expect';
export { afterAll, afterEach, beforeAll, beforeEach, describe, test } from 'jest-circus';
