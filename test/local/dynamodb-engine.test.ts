import { expect, test } from '@jest/globals';
import { javaMajorVersion } from '../../local/dynamodb-engine.ts';

test.each([
  ['openjdk version "17.0.15" 2025-04-15', 17],
  ['openjdk version "21" 2023-09-19', 21],
  ['openjdk version "26-ea" 2026-03-17', 26],
  ['java version "1.8.0_401"', 8],
  ['Picked up JAVA_TOOL_OPTIONS: -Xmx1g\nopenjdk version "25.0.1" 2025-10-21 LTS', 25],
  ['The operation couldn’t be completed. Unable to locate a Java Runtime.', undefined],
])('npm start reads the version of Java from %j', (output, version) => {
  expect(javaMajorVersion(output)).toBe(version);
});
