/** The page at /docs: the reference of the API for people, with everything from this origin. */
import { createHash } from 'node:crypto';
import { REFERENCE_VERSION } from './reference.static.ts';
import { START } from './start.ts';

export const docsPage = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Countermand</title>
<link rel="icon" href="data:,">
</head>
<body>
<div id="reference"></div>
<noscript>This page needs JavaScript. <a href="openapi.json">openapi.json</a> has the same for programs.</noscript>
<script src="docs/scalar.js?v=${REFERENCE_VERSION}"></script>
<script>${START}</script>
</body>
</html>
`;

/** A browser that follows it sends nothing to another origin, whatever the script does. */
const CONTENT_SECURITY_POLICY = {
  'default-src': "'none'",
  'script-src': `'self' 'sha256-${createHash('sha256').update(START).digest('base64')}'`,
  'style-src': "'self' 'unsafe-inline'",
  'img-src': "'self' data:",
  'font-src': "'self' data:",
  'connect-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
};

export const docsHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-cache',
  'content-security-policy': Object.entries(CONTENT_SECURITY_POLICY)
    .map(([name, value]) => `${name} ${value}`)
    .join('; '),
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};
