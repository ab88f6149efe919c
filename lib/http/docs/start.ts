/** What the page at /docs runs in the browser, as text: the page's policy names its hash. */

/** @see https://scalar.com/products/api-references/configuration */
const CONFIGURATION = {
  // Relative, so that the page also works behind a path of a custom domain.
  url: 'openapi.json',
  servers: [{ url: '/', description: 'This service' }],
  authentication: { preferredSecurityScheme: 'jwt' },
  defaultHttpClient: { targetKey: 'shell', clientKey: 'curl' },
  defaultOpenFirstTag: true,
  documentDownloadType: 'direct',
  hideModels: true,
  orderRequiredPropertiesFirst: true,
  customCss: `
    :root {
      --scalar-font: system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif;
      --scalar-font-code: ui-monospace, SFMono-Regular, Menlo, Consolas, 'Noto Sans Mono', monospace;
    }
    /* Otherwise the underscores of error codes are cut off. */
    .parameter-item-trigger .markdown-summary, .parameter-item-trigger .markdown-summary * {
      line-height: 1.5;
    }
  `,
  // Nothing may leave the origin: no fonts, no proxy, no telemetry, no services of Scalar.
  withDefaultFonts: false,
  telemetry: false,
  hideClientButton: true,
  showDeveloperTools: 'never',
  agent: { disabled: true },
  mcp: { disabled: true },
};

/**
 * Whoever chooses an operation with the keyboard, in the search or in the sidebar, goes on from that
 * operation. The component leaves the focus where it was, hundreds of tab stops away.
 */
const FOCUS_FOLLOWS = `
addEventListener('keydown', ({ key }) => {
  const before = location.hash;
  if (key === 'Enter') setTimeout(() => {
    const name = decodeURIComponent(location.hash.slice(1));
    const section = location.hash !== before && document.querySelector('section[id$="/' + CSS.escape(name) + '"]');
    if (!section) return;
    section.tabIndex = -1;
    section.focus({ preventScroll: true });
  }, 500);
}, true);`;

export const START = `Scalar.createApiReference('#reference', ${JSON.stringify(CONFIGURATION)});${FOCUS_FOLLOWS}`;
