/** What is made from the operations and kept in files; `npm run openapi` writes it. */
import { readFile } from 'node:fs/promises';
import { openApiDocument } from '../../lib/http/openapi.ts';

export const EXAMPLES_FILE = 'lib/http/openapi/examples.json';
export const DOCUMENT_FILE = 'docs/openapi.json';

export const asFile = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

export const documentText = (): string => asFile(openApiDocument());

export const readText = (file: string): Promise<string> => readFile(file, 'utf8');
