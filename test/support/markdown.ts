/** What the documents of the project say: links, headings and code. Only as much of Markdown as they use. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export type Document = {
  /** From the root of the repository. */
  readonly path: string;
  /** Where its links lead, as they are written. */
  readonly links: readonly string[];
  /** The anchors of its headings. */
  readonly anchors: readonly string[];
  readonly spans: readonly string[];
  readonly blocks: readonly CodeBlock[];
};

export type CodeBlock = { readonly language: string; readonly text: string };

const FENCED = /^ *```(\w*)[^\n]*\n([\s\S]*?)^ *```$/gm;
const SPAN = /`([^`\n]+)`/g;

export const readMarkdown = (path: string, text: string): Document => {
  const prose = text.replace(FENCED, '');
  return {
    path,
    links: [...prose.replace(SPAN, '').matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link),
    anchors: anchorsOf([...prose.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading)),
    spans: [...prose.matchAll(SPAN)].map(([, span = '']) => span),
    blocks: [...text.matchAll(FENCED)].map(([, language = '', block = '']) => ({
      language,
      text: block,
    })),
  };
};

/** As GitHub names them: the second heading of one name gets `-1`. */
const anchorsOf = (headings: readonly string[]): string[] => {
  const seen = new Map<string, number>();
  return headings.map((heading) => {
    const anchor = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-');
    const times = seen.get(anchor) ?? 0;
    seen.set(anchor, times + 1);
    return times === 0 ? anchor : `${anchor}-${times}`;
  });
};

/** @param path from the root of the repository */
export const readDocument = (path: string): Document =>
  readMarkdown(path, readFileSync(join(ROOT, path), 'utf8'));

/** Every document of the repository. */
export const allDocuments = (): Document[] =>
  markdownIn(ROOT).map((file) => readDocument(relative(ROOT, file)));

/** What starts with a dot is made by tools. */
const markdownIn = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => name !== 'node_modules' && !name.startsWith('.'))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return markdownIn(path);
      return entry.name.endsWith('.md') ? [path] : [];
    });

/** The links of documents that lead nowhere within the repository. */
export const brokenLinks = (documents: readonly Document[]): string[] =>
  documents.flatMap((document) =>
    document.links
      .filter((link) => !/^[a-z]+:/.test(link) && !leadsSomewhere(link, document, documents))
      .map((link) => `${document.path}: ${link}`),
  );

const leadsSomewhere = (link: string, from: Document, documents: readonly Document[]): boolean => {
  const [file = '', anchor] = link.split('#');
  const path = file === '' ? from.path : join(dirname(from.path), file);
  const target = documents.find((document) => document.path === path);
  if (anchor !== undefined) return target?.anchors.includes(anchor) ?? false;
  return target !== undefined || (!path.startsWith('..') && existsSync(join(ROOT, path)));
};
